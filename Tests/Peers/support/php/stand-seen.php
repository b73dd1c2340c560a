<?php
/**
 * Plugin Name: Stand: what was seen
 * Description: Writes down which fields of a request reached PHP, into a file of the tests; the client sees nothing of it.
 */
if ( 'cli' !== PHP_SAPI ) {
	$stand_seen = array( 'method' => $_SERVER['REQUEST_METHOD'], 'target' => $_SERVER['REQUEST_URI'], 'fields' => array() );
	foreach ( $_SERVER as $stand_name => $stand_value ) {
		if ( 0 === strpos( $stand_name, 'HTTP_' ) && '' !== $stand_value ) {
			$stand_seen['fields'][ strtolower( strtr( substr( $stand_name, 5 ), '_', '-' ) ) ] = $stand_value;
		}
	}
	foreach ( array( 'REDIRECT_HTTP_AUTHORIZATION', 'PHP_AUTH_USER' ) as $stand_name ) {
		if ( isset( $_SERVER[ $stand_name ] ) ) {
			$stand_seen['fields'] += array( 'authorization' => $_SERVER[ $stand_name ] );
		}
	}
	file_put_contents( '{journal}', json_encode( $stand_seen, JSON_INVALID_UTF8_SUBSTITUTE ) . "\n", FILE_APPEND | LOCK_EX );
}
