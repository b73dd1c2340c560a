<?php
/**
 * Plugin Name: Pretty permalinks, once
 * Description: Replaces plain permalinks, under which /wp-json/ is no route, by /%postname%/ and writes the rules.
 *
 * Where: wp-content/mu-plugins/, for one request of an administration page; then delete it. The same by hand: Settings,
 * Permalinks, Post name, Save; or `wp rewrite structure '/%postname%/'`. Source: WordPress core, WP_Rewrite.
 */
add_action(
	'init',
	function () {
		global $wp_rewrite;
		if ( ! get_option( 'permalink_structure' ) ) {
			$wp_rewrite->set_permalink_structure( '/%postname%/' );
			$wp_rewrite->flush_rules();
		}
	}
);
