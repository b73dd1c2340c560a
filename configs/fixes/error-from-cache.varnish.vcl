# Refusals and errors are not kept, so that a repaired site is seen to be repaired.
# Where: include this file before the rest of the VCL. Source: Varnish manual, VCL, beresp.uncacheable.
sub vcl_backend_response {
    if (beresp.status >= 400) {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    }
}
