<?php
// Prints what a page of a theme prints that matters to the REST API: the discovery link of wp_head, and for a user who is
// logged in the nonce of that session (what plugins print with wp_localize_script).
?>
<!doctype html>
<html><head><meta charset="utf-8"><title><?php bloginfo( 'name' ); ?></title><?php wp_head(); ?>
<?php if ( is_user_logged_in() ) : ?>
<script>var wpApiSettings = {"root":"<?php echo esc_url_raw( rest_url() ); ?>","nonce":"<?php echo wp_create_nonce( 'wp_rest' ); ?>"};</script>
<?php endif; ?>
</head><body><?php while ( have_posts() ) { the_post(); the_title( '<h1>', '</h1>' ); the_content(); } wp_footer(); ?></body></html>
