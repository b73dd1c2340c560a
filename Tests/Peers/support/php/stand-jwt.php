<?php
/**
 * Plugin Name: Stand JWT
 * Description: Speaks the documented routes, answers and error codes of the plugin "JWT Authentication for WP REST API", and
 * the refresh of its Pro edition (one refresh token for one use). Written from its documentation for the tests of hoplens.
 *
 * Constants: JWT_AUTH_SECRET_KEY (without it: jwt_auth_bad_config); STAND_JWT_REFRESH (true: refresh tokens are given).
 */

const STAND_JWT_NAMESPACE = 'jwt-auth/v1';

function stand_jwt_error( string $code, string $message ): WP_Error {
	return new WP_Error( $code, $message, array( 'status' => 403 ) );
}

function stand_jwt_encode( string $bytes ): string {
	return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
}

function stand_jwt_decode( string $text ): string {
	return (string) base64_decode( strtr( $text, '-_', '+/' ), true );
}

function stand_jwt_sign( array $claims ): string {
	$signed = stand_jwt_encode( '{"typ":"JWT","alg":"HS256"}' ) . '.' . stand_jwt_encode( json_encode( $claims ) );
	return $signed . '.' . stand_jwt_encode( hash_hmac( 'sha256', $signed, JWT_AUTH_SECRET_KEY, true ) );
}

function stand_jwt_issue( WP_User $user, int $seconds = 604800 ): string {
	$now = time();
	return stand_jwt_sign(
		array(
			'iss'  => get_bloginfo( 'url' ),
			'iat'  => $now,
			'nbf'  => $now,
			'exp'  => $now + $seconds,
			'data' => array( 'user' => array( 'id' => $user->ID ) ),
		)
	);
}

/** The claims of a token, or what is wrong with it; times are not forgiven a second. */
function stand_jwt_claims( string $token ) {
	$parts = explode( '.', $token );
	if ( 3 !== count( $parts ) ) {
		return stand_jwt_error( 'jwt_auth_invalid_token', 'Wrong number of segments' );
	}
	$head   = json_decode( stand_jwt_decode( $parts[0] ) );
	$claims = json_decode( stand_jwt_decode( $parts[1] ) );
	if ( null === $head ) {
		return stand_jwt_error( 'jwt_auth_invalid_token', 'Invalid header encoding' );
	}
	if ( null === $claims ) {
		return stand_jwt_error( 'jwt_auth_invalid_token', 'Invalid claims encoding' );
	}
	if ( 'HS256' !== ( $head->alg ?? '' ) ) {
		return stand_jwt_error( 'jwt_auth_invalid_token', 'Algorithm not supported' );
	}
	$expected = hash_hmac( 'sha256', $parts[0] . '.' . $parts[1], JWT_AUTH_SECRET_KEY, true );
	if ( ! hash_equals( $expected, stand_jwt_decode( $parts[2] ) ) ) {
		return stand_jwt_error( 'jwt_auth_invalid_token', 'Signature verification failed' );
	}
	foreach ( array( 'nbf', 'iat' ) as $claim ) {
		if ( isset( $claims->$claim ) && $claims->$claim > time() ) {
			return stand_jwt_error( 'jwt_auth_invalid_token', "Cannot handle token with $claim prior to " . gmdate( DATE_ATOM, $claims->$claim ) );
		}
	}
	if ( isset( $claims->exp ) && $claims->exp <= time() ) {
		return stand_jwt_error( 'jwt_auth_invalid_token', 'Expired token' );
	}
	if ( get_bloginfo( 'url' ) !== ( $claims->iss ?? '' ) ) {
		return stand_jwt_error( 'jwt_auth_bad_iss', 'The iss do not match with this server' );
	}
	if ( ! isset( $claims->data->user->id ) ) {
		return stand_jwt_error( 'jwt_auth_bad_request', 'User ID not found in the token' );
	}
	return $claims;
}

/** What the field says; `Bearer` is looked for as it is written. */
function stand_jwt_check( string $field ) {
	if ( '' === $field ) {
		return stand_jwt_error( 'jwt_auth_no_auth_header', 'Authorization header not found.' );
	}
	list( $token ) = sscanf( $field, 'Bearer %s' );
	if ( ! $token ) {
		return stand_jwt_error( 'jwt_auth_bad_auth_header', 'Authorization header malformed.' );
	}
	if ( ! defined( 'JWT_AUTH_SECRET_KEY' ) ) {
		return stand_jwt_error( 'jwt_auth_bad_config', 'JWT is not configured properly, please contact the admin' );
	}
	return stand_jwt_claims( $token );
}

function stand_jwt_pair( WP_User $user ): array {
	$answer = array(
		'token'             => stand_jwt_issue( $user ),
		'user_email'        => $user->user_email,
		'user_nicename'     => $user->user_nicename,
		'user_display_name' => $user->display_name,
	);
	if ( defined( 'STAND_JWT_REFRESH' ) && STAND_JWT_REFRESH ) {
		$secret = wp_generate_password( 48, false );
		update_user_meta( $user->ID, 'stand_jwt_refresh', hash( 'sha256', $secret ) ); // the one before is worth nothing now
		$answer['refresh_token'] = $user->ID . '.' . $secret;
		$answer['expires_in']    = 604800;
	}
	return $answer;
}

function stand_jwt_token( WP_REST_Request $request ) {
	if ( ! defined( 'JWT_AUTH_SECRET_KEY' ) ) {
		return stand_jwt_error( 'jwt_auth_bad_config', 'JWT is not configured properly, please contact the admin' );
	}
	$user = wp_authenticate( (string) $request->get_param( 'username' ), (string) $request->get_param( 'password' ) );
	if ( is_wp_error( $user ) ) {
		return stand_jwt_error( '[jwt_auth] ' . $user->get_error_code(), $user->get_error_message() );
	}
	return stand_jwt_pair( $user );
}

function stand_jwt_validate( WP_REST_Request $request ) {
	$claims = stand_jwt_check( (string) $request->get_header( 'Authorization' ) );
	return is_wp_error( $claims ) ? $claims : array( 'code' => 'jwt_auth_valid_token', 'data' => array( 'status' => 200 ) );
}

function stand_jwt_refresh( WP_REST_Request $request ) {
	list( $id, $secret ) = explode( '.', (string) $request->get_param( 'refresh_token' ) . '.', 2 );
	$known               = get_user_meta( (int) $id, 'stand_jwt_refresh', true );
	if ( ! $known || ! hash_equals( $known, hash( 'sha256', rtrim( $secret, '.' ) ) ) ) {
		return stand_jwt_error( 'jwt_auth_invalid_refresh_token', 'Invalid refresh token' );
	}
	return stand_jwt_pair( get_user_by( 'id', (int) $id ) );
}

add_action(
	'rest_api_init',
	function () {
		$routes = array( '/token' => 'stand_jwt_token', '/token/validate' => 'stand_jwt_validate' );
		if ( defined( 'STAND_JWT_REFRESH' ) && STAND_JWT_REFRESH ) {
			$routes['/token/refresh'] = 'stand_jwt_refresh';
		}
		foreach ( $routes as $route => $callback ) {
			register_rest_route( STAND_JWT_NAMESPACE, $route, array( 'methods' => 'POST', 'callback' => $callback, 'permission_callback' => '__return_true' ) );
		}
	}
);

$stand_jwt_refused = null;

add_filter(
	'determine_current_user',
	function ( $user ) use ( &$stand_jwt_refused ) {
		$path = $_SERVER['REQUEST_URI'] ?? '';
		if ( $user || false === strpos( $path, rest_get_url_prefix() ) || false !== strpos( $path, STAND_JWT_NAMESPACE . '/token' ) ) {
			return $user;
		}
		$field = $_SERVER['HTTP_AUTHORIZATION'] ?? $_SERVER['REDIRECT_HTTP_AUTHORIZATION'] ?? '';
		if ( 0 !== strpos( $field, 'Bearer' ) ) {
			return $user; // somebody else's credential, or none
		}
		$claims = stand_jwt_check( $field );
		if ( is_wp_error( $claims ) ) {
			$stand_jwt_refused = $claims;
			return $user;
		}
		return $claims->data->user->id;
	}
);

add_filter(
	'rest_pre_dispatch',
	function ( $result ) use ( &$stand_jwt_refused ) {
		return $stand_jwt_refused ?? $result;
	}
);
