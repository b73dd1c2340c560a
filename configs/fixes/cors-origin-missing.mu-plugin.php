<?php
/**
 * Plugin Name: The CORS fields of WordPress
 * Description: Puts back what core sends to scripts of other origins, where a theme or plugin has taken it away.
 *
 * Where: wp-content/mu-plugins/. If another plugin sends fields of its own, choose one of the two.
 * Source: WordPress core, rest_send_cors_headers.
 */
add_action(
	'rest_api_init',
	function () {
		if ( ! has_filter( 'rest_pre_serve_request', 'rest_send_cors_headers' ) ) {
			add_filter( 'rest_pre_serve_request', 'rest_send_cors_headers' );
		}
	},
	PHP_INT_MAX
);
