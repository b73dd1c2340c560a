<?php
// Application passwords work without https, on a copy of the site for development. Never on a public site: there the
// remedy is https (plain-hop-hides-tls.wp-config.php where TLS ends in front).
// Where: wp-config.php, above "That's all, stop editing" (without the line <?php).
// Source: WordPress core, wp_is_application_passwords_supported().
define( 'WP_ENVIRONMENT_TYPE', 'local' );
