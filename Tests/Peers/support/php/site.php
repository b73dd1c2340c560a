<?php
// Loads WordPress on the command line as if for a page of the site, and then does what the test asks for.
//   php site.php install|prepare DOCUMENT_ROOT PUBLIC_URL [FILE]
// install makes the tables and the users; prepare puts the site back to its healthy state, runs FILE (more PHP) in it, and
// logs everybody in. Both print one JSON object.
list( , $stand_step, $stand_root, $stand_url ) = $argv;

$stand_parts               = parse_url( $stand_url );
$_SERVER['HTTP_HOST']      = $stand_parts['host'] . ( isset( $stand_parts['port'] ) ? ':' . $stand_parts['port'] : '' );
$_SERVER['SERVER_NAME']    = $stand_parts['host'];
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
if ( 'https' === $stand_parts['scheme'] ) {
	$_SERVER['HTTPS'] = 'on';
}
if ( 'install' === $stand_step ) {
	define( 'WP_INSTALLING', true );
	function wp_new_blog_notification() {} // no mail leaves a test
}
require $stand_root . '/wp-load.php';

/** The people of the site: login name to role. */
const STAND_USERS = array(
	'admin'      => 'administrator',
	'editor'     => 'editor',
	'author'     => 'author',
	'subscriber' => 'subscriber',
);

function stand_install() {
	require_once ABSPATH . 'wp-admin/includes/upgrade.php';
	add_filter( 'pre_wp_mail', '__return_true' );
	wp_install( 'Stand', 'admin', 'admin@stand.invalid', true, '', wp_generate_password( 20, false ) );
	switch_theme( 'stand' );
	$made = array( 'version' => $GLOBALS['wp_version'], 'users' => array(), 'posts' => array() );
	foreach ( STAND_USERS as $login => $role ) {
		$password = wp_generate_password( 20, false );
		$user     = get_user_by( 'login', $login );
		if ( ! $user ) {
			$id   = wp_insert_user( array( 'user_login' => $login, 'user_pass' => $password, 'user_email' => "$login@stand.invalid", 'role' => $role ) );
			$user = get_user_by( 'id', $id );
		}
		wp_set_password( $password, $user->ID );
		// The welcome of the editor covers what a browser test wants to see.
		update_user_meta( $user->ID, $GLOBALS['wpdb']->get_blog_prefix() . 'persisted_preferences', array( 'core/edit-post' => array( 'welcomeGuide' => false ) ) );
		list( $application ) = WP_Application_Passwords::create_new_application_password( $user->ID, array( 'name' => 'stand' ) );
		$made['users'][ $login ] = array( 'id' => $user->ID, 'password' => $password, 'application' => $application );
	}
	foreach ( array( 'publish', 'draft', 'private' ) as $status ) {
		$made['posts'][ $status ] = wp_insert_post(
			array( 'post_title' => "A $status post", 'post_content' => 'Of the stand.', 'post_status' => $status, 'post_author' => $made['users']['admin']['id'] )
		);
	}
	return $made;
}

function stand_prepare( $file ) {
	global $wp_rewrite;
	update_option( 'permalink_structure', '/%postname%/' );
	foreach ( STAND_USERS as $login => $role ) {
		$user = get_user_by( 'login', $login );
		if ( array( $role ) !== $user->roles ) {
			$user->set_role( $role );
		}
		WP_Session_Tokens::get_instance( $user->ID )->destroy_all();
	}
	if ( $file ) {
		require $file;
	}
	$wp_rewrite->init();
	$wp_rewrite->set_permalink_structure( get_option( 'permalink_structure' ) );
	$wp_rewrite->flush_rules( false );
	$sessions = array();
	foreach ( array_keys( STAND_USERS ) as $login ) {
		$user    = get_user_by( 'login', $login );
		$expires = time() + WEEK_IN_SECONDS;
		$token   = WP_Session_Tokens::get_instance( $user->ID )->create( $expires );
		$cookie  = wp_generate_auth_cookie( $user->ID, $expires, 'logged_in', $token );
		// A nonce is made for whoever is logged in, by the session of the cookie that came.
		$_COOKIE[ LOGGED_IN_COOKIE ] = $cookie;
		wp_set_current_user( $user->ID );
		$tick               = ceil( ( time() - 3 * DAY_IN_SECONDS ) / ( DAY_IN_SECONDS / 2 ) );
		$sessions[ $login ] = array(
			'cookie'    => LOGGED_IN_COOKIE . '=' . rawurlencode( $cookie ),
			'nonce'     => wp_create_nonce( 'wp_rest' ),
			'old_nonce' => substr( wp_hash( $tick . '|wp_rest|' . $user->ID . '|' . $token, 'nonce' ), -12, 10 ),
		);
	}
	return $sessions;
}

echo json_encode( 'install' === $stand_step ? stand_install() : stand_prepare( $argv[4] ?? null ) );
