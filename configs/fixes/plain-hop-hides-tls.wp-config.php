<?php
// WordPress knows that the client is on https where TLS ends in front of its web server.
// Where: wp-config.php, above "That's all, stop editing" (without the line <?php), and only where the web server can be
// reached through the proxy alone: anybody else could claim https too.
// Source: WordPress core, is_ssl(); developer.wordpress.org, "Using a Reverse Proxy".
if ( isset( $_SERVER['HTTP_X_FORWARDED_PROTO'] ) && 'https' === strtolower( $_SERVER['HTTP_X_FORWARDED_PROTO'] ) ) {
	$_SERVER['HTTPS'] = 'on';
}
