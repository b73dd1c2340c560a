# An answer that sets a cookie is not stored, also where the rest of the VCL would.
# Where: include this file before the rest of the VCL. Source: Varnish's built-in VCL; RFC 6265 section 3.
sub vcl_backend_response {
    if (beresp.http.Set-Cookie) {
        set beresp.uncacheable = true;
        return (deliver);
    }
}
