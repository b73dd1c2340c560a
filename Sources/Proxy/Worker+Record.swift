// The two heads of every exchange, recorded out of the loop's scratch space, and the whole record put into the batch. What
// belongs to an object is lent as a whole and `inout`: each look at a part of an object's property is an access that is
// checked, and a property that is lent for reading is copied, which counts every reference in it.
import Exchange
import Trace
import Wire

extension Worker {
    /// Records the request head that was read last; `sent` is what it was rewritten as.
    func recordRequest(_ box: RecordBox, _ bytes: [UInt8], _ base: Int, sent: [UInt8]) {
        Worker.record(request: &scratch, &recorder, &box.buffer, bytes, base, sent)
    }

    /// Records the final response head that was read last.
    func recordResponse(_ box: RecordBox, _ bytes: [UInt8], _ base: Int, sent: [UInt8]) {
        Worker.record(response: &scratch, &recorder, &box.buffer, bytes, base, sent)
    }

    /// Writes a whole record.
    static func append(_ buffer: inout RecordBuffer, _ recorder: inout Recorder?, to batch: inout [UInt8]) {
        recorder?.append(buffer, to: &batch)
    }

    private static func record(
        request scratch: inout Scratch, _ recorder: inout Recorder?, _ buffer: inout RecordBuffer,
        _ bytes: [UInt8], _ base: Int, _ sent: [UInt8]
    ) {
        recorder?.request(
            &buffer, bytes.span.extracting(base..<bytes.count), method: scratch.request.method,
            target: scratch.request.target, minorVersion: scratch.request.minorVersion,
            lines: scratch.request.fields.lines, edits: scratch.requestEdits, sent: sent.span)
    }

    private static func record(
        response scratch: inout Scratch, _ recorder: inout Recorder?, _ buffer: inout RecordBuffer,
        _ bytes: [UInt8], _ base: Int, _ sent: [UInt8]
    ) {
        recorder?.response(
            &buffer, bytes.span.extracting(base..<bytes.count), status: scratch.response.status,
            reason: scratch.response.reason, minorVersion: scratch.response.minorVersion,
            lines: scratch.response.fields.lines, edits: scratch.responseEdits, sent: sent.span, byHoplens: false)
    }
}
