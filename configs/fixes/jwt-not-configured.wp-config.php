<?php
// The JWT plugin has a secret to sign tokens with, and every machine of the site has the same.
// Where: wp-config.php, above "That's all, stop editing" (without the line <?php). Take 64 random characters
// (`openssl rand -base64 48`). A new secret ends all tokens that were issued with the old one.
// Source: readme of the plugin "JWT Authentication for WP REST API".
define( 'JWT_AUTH_SECRET_KEY', 'PUT-YOUR-SECRET-HERE' );
