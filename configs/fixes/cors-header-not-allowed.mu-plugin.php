<?php
/**
 * Plugin Name: More fields for scripts of other origins
 * Description: Lets pages of other origins send X-Requested-With to the REST API; change the list to what your page sends.
 *
 * Where: wp-content/mu-plugins/. Source: WordPress core, filter rest_allowed_cors_headers (since 5.5).
 */
add_filter(
	'rest_allowed_cors_headers',
	function ( $names ) {
		return array_merge( $names, array( 'X-Requested-With' ) );
	}
);
