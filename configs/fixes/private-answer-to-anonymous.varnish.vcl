# Answers to somebody are neither stored nor given to others: requests with a credential pass, and what came for one is
# not kept. Where: include this file before the rest of the VCL; subroutines of the same name run in the order in which
# they stand. Afterwards: varnishadm ban 'req.url ~ ^/wp-json/'. Source: Varnish manual, VCL; RFC 9111 section 3.5.
sub vcl_recv {
    if (req.http.Authorization || req.http.Cookie ~ "wordpress_logged_in_") {
        return (pass);
    }
}
sub vcl_backend_response {
    if (bereq.http.Authorization || bereq.http.Cookie ~ "wordpress_logged_in_") {
        set beresp.uncacheable = true;
        return (deliver);
    }
}
