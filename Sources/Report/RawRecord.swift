// What may be shown of a record that was captured without redaction. Whoever has the file has the secrets; a terminal, a
// list and a log of it are no place for them.

import Fields
public import Trace

extension Record {
    /// The record with a request line that holds no secret.
    public var shownRequestLine: Record {
        guard raw, let request else { return self }
        var shown = self
        if let target = request.target {
            shown.request?.target = String(
                decoding: Redactor.withoutSecrets(url: Array(target.utf8)), as: UTF8.self)
        }
        if let method = request.method {
            shown.request?.method = String(
                decoding: Redactor.withoutSecrets(word: Array(method.utf8)), as: UTF8.self)
        }
        return shown
    }
}
