# Requests with a credential pass Varnish untouched and before any rule that takes fields off to make answers cacheable.
# Where: include this file before the rest of the VCL; subroutines of the same name run in the order in which they stand.
# Source: Varnish manual, VCL, "Subroutines"; the built-in VCL passes such requests too, but only when it is reached.
sub vcl_recv {
    if (req.http.Authorization || req.http.X-WP-Nonce || req.http.Cookie ~ "wordpress_logged_in_") {
        return (pass);
    }
}
