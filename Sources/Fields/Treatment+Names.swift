// Names of fields, sorted by what is known of their values. They are asked once for each name and the answer is remembered
// (Recorder), so they are lists. Sources: the IANA registry of HTTP field names, and the documentation of caches, content
// delivery networks and WordPress plugins. A name that is on no list costs nothing but a look at the value.

extension Treatment {
    /// Names of fields that carry a secret and do not sound like it.
    static let secretNames = [
        "dpop", "x-firebase-appcheck", "x-origin-verify", "x-cdn-verify", "x-verify", "x-amz-cf-verify",
        "cf-access-client-id", "x-goog-encryption-key-sha256",
    ]

    static let evidence = [
        "etag", "if-none-match", "if-match", "cf-ray", "x-amz-cf-id", "x-amz-cf-pop", "x-amz-request-id", "x-varnish",
        "x-served-by", "x-timer", "x-cache-hits", "sec-ch-ua", "accept-language", "user-agent",
        "content-security-policy",
        "tracestate", "surrogate-key", "x-request-start", "x-amzn-trace-id", "x-amzn-requestid", "x-github-request-id",
        "x-fastly-request-id", "fastly-request-id", "fly-request-id", "x-azure-ref", "x-ms-request-id", "x-vercel-id",
        "x-nf-request-id", "x-sucuri-id", "x-iinfo", "x-akamai-request-id", "akamai-grn", "x-cloud-trace-context",
        "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-litespeed-tag", "x-lscache-tag", "cache-tag",
        "x-cache-key",
        "x-kinsta-cache", "x-wpe-request-id", "x-pantheon-styx-hostname", "x-styx-req-id", "x-qc-pop", "x-hw", "x-cdn",
        "content-security-policy-report-only", "digest", "repr-digest", "content-digest", "content-md5",
        "sec-ch-ua-full-version-list", "x-edge-request-id", "x-bunny-requestid", "cdn-requestid",
        "x-dns-prefetch-control",
    ]

    /// Fields that many send and that carry no secret by nature: free text in the way it has always been.
    static let wellKnown = [
        "accept", "accept-charset", "accept-datetime", "accept-patch", "accept-post", "accept-ranges", "alt-svc",
        "baggage", "cdn-cache-control", "surrogate-control", "cf-cache-status", "cf-connecting-ip",
        "cf-connecting-ipv6",
        "cf-ew-via", "cf-ipcountry", "cf-mitigated", "cf-visitor", "cf-worker", "cf-polished", "clear-site-data",
        "content-language", "content-range", "content-transfer-encoding", "critical-ch", "cross-origin-embedder-policy",
        "cross-origin-opener-policy", "cross-origin-resource-policy", "cross-origin-opener-policy-report-only", "dav",
        "deprecation", "depth", "destination", "device-memory", "dnt", "downlink", "dpr", "early-data", "ect",
        "expect-ct",
        "feature-policy", "front-end-https", "from", "host-override", "if", "if-modified-since", "if-range",
        "if-unmodified-since", "im", "last-modified", "lock-token", "ms-author-via", "mime-version", "nel", "overwrite",
        "origin-agent-cluster", "origin-trial", "p3p", "permissions-policy", "ping-from", "ping-to", "prefer",
        "preference-applied", "priority", "public-key-pins", "purpose", "range", "referrer-policy", "report-to",
        "reporting-endpoints", "rtt", "save-data", "sec-ch-ua-arch", "sec-ch-ua-bitness", "sec-ch-ua-full-version",
        "sec-ch-ua-mobile", "sec-ch-ua-model", "sec-ch-ua-platform", "sec-ch-ua-platform-version", "sec-ch-ua-wow64",
        "sec-ch-prefers-color-scheme", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user",
        "sec-fetch-storage-access", "sec-gpc", "sec-purpose", "sec-websocket-extensions", "sec-websocket-version",
        "server-timing", "service-worker", "service-worker-allowed", "service-worker-navigation-preload", "sourcemap",
        "speculation-rules", "strict-transport-security", "sunset", "supports-loading-mode", "timing-allow-origin",
        "tk",
        "true-client-ip", "upgrade-insecure-requests", "viewport-width", "wp-super-cache", "warning", "width",
        "window-target",
        "x-accel-buffering", "x-accel-expires", "x-accel-redirect", "x-aspnet-version", "x-aspnetmvc-version",
        "x-backend", "x-backend-server", "x-cache-action", "x-cache-age", "x-cache-control", "x-cache-debug",
        "x-cache-enabled", "x-cache-expires", "x-cache-group", "x-cache-info", "x-cache-lookup", "x-cache-remote",
        "x-cache-status", "x-cacheable", "x-cluster-client-ip", "x-content-encoded-by", "x-content-type-options",
        "x-country-code", "x-device", "x-download-options", "x-drupal-cache", "x-drupal-dynamic-cache",
        "x-edge-location",
        "x-envoy-upstream-service-time", "x-fastcgi-cache", "x-forwarded", "x-forwarded-by", "x-forwarded-scheme",
        "x-frame-options", "x-generator", "x-hacker", "x-host", "x-lighttpd-send-file", "x-litespeed-cache",
        "x-litespeed-cache-control", "x-litespeed-vary", "x-lsadc-cache", "x-middleton-display", "x-middleton-response",
        "x-mod-pagespeed", "x-nananana", "x-nginx-cache", "x-nginx-cache-status", "x-nginx-upstream-cache-status",
        "x-node", "x-original-host", "x-original-uri", "x-original-url", "x-page-speed",
        "x-permitted-cross-domain-policies",
        "x-pingback", "x-pool", "x-powered-by", "x-powered-cms", "x-protected-by", "x-proxy-cache",
        "x-proxy-cache-info",
        "x-qc-cache", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-real-host", "x-redirect-by",
        "x-requested-with", "x-response-time", "x-rewrite-url", "x-robots-tag", "x-rocket-nginx-serving-static",
        "x-runtime", "x-sendfile", "x-server", "x-server-name", "x-server-powered-by", "x-shardid",
        "x-sorting-hat-podid",
        "x-srcache-fetch-status", "x-srcache-store-status", "x-sucuri-block", "x-sucuri-cache", "x-turbo-charged-by",
        "x-ua-compatible", "x-ua-device", "x-upstream", "x-url-scheme", "x-vcache", "x-version", "x-via",
        "x-w3tc-minify",
        "x-webkit-csp", "x-wix-request-id", "x-wp-doingitwrong", "x-wp-deprecatedfunction", "x-wp-deprecatedparam",
        "x-wp-spam-protection", "x-wp-total", "x-wp-totalpages", "x-xss-protection", "x-xrds-location", "x-zone",
    ]
}
