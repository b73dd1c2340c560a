-- What wrk runs: builds the request when it is a chunked upload, and prints one line of figures at the end.
local upload

function init(args)
    if args[1] ~= "chunked" then return end
    -- 64 KiB in 16 chunks, which wrk cannot frame by itself.
    local fields = {}
    for name, value in pairs(wrk.headers) do fields[#fields + 1] = name .. ": " .. value .. "\r\n" end
    local chunk = "1000\r\n" .. string.rep("x", 4096) .. "\r\n"
    upload = "POST " .. wrk.path .. " HTTP/1.1\r\n" .. table.concat(fields) ..
        "Transfer-Encoding: chunked\r\n\r\n" .. string.rep(chunk, 16) .. "0\r\n\r\n"
    request = function() return upload end
end

function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("FIGURES %d %d %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
        summary.bytes, e.connect, e.read, e.write, e.timeout, e.status,
        latency:percentile(50), latency:percentile(99)))
end
