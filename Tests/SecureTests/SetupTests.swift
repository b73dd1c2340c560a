import Foundation
import Secure
import Testing

@Suite struct SetupTests {
    private func clientError(_ file: String) -> TLSSetupError? {
        do throws(TLSSetupError) {
            _ = try TLSClientContext(verify: "localhost", caFile: Certificates.path(file))
            return nil
        } catch {
            return error
        }
    }

    private func serverError(_ certificate: String, _ key: String) -> TLSSetupError? {
        do throws(TLSSetupError) {
            _ = try TLSServerContext(certificate: Certificates.path(certificate), key: Certificates.path(key))
            return nil
        } catch {
            return error
        }
    }

    @Test func aRootFileThatIsNoneIsNamedWithTheReason() {
        #expect(clientError("absent.pem") == .missing(Certificates.path("absent.pem")))
        #expect(clientError(".") == .unreadable(Certificates.path("."), "Is a directory"))
        #expect(clientError("text.pem") == .noCertificate(Certificates.path("text.pem")))
        #expect(clientError("good.key") == .noCertificate(Certificates.path("good.key")))
        guard case .malformed(Certificates.path("damaged.pem"), _) = clientError("damaged.pem") else {
            Issue.record("\(String(describing: clientError("damaged.pem")))")
            return
        }
    }

    @Test func aKeyThatIsNoneIsNamedWithTheReason() {
        #expect(serverError("good.pem", "absent.key") == .missing(Certificates.path("absent.key")))
        #expect(serverError("good.pem", "text.pem") == .noKey(Certificates.path("text.pem")))
        #expect(serverError("good.pem", "encrypted.key") == .encryptedKey(Certificates.path("encrypted.key")))
        #expect(serverError("good.pem", "encrypted8.key") == .encryptedKey(Certificates.path("encrypted8.key")))
        guard case .malformed = serverError("good.pem", "damaged.key") else {
            Issue.record("a damaged key was taken for something else")
            return
        }
        let mismatch = TLSSetupError.keyMismatch(
            certificate: Certificates.path("good.pem"), key: Certificates.path("expired.key"))
        #expect(serverError("good.pem", "expired.key") == mismatch)
        // Of another kind altogether (RSA beside an elliptic certificate).
        guard case .keyMismatch = serverError("good.pem", "self.key") else {
            Issue.record("an RSA key was taken for an elliptic certificate")
            return
        }
        #expect(serverError("good.pem", "good.key") == nil)
    }

    @Test func everyRefusalIsOneLineThatNamesTheFile() {
        let refusals: [TLSSetupError] = [
            .missing("a.pem"), .unreadable("a.pem", "b"), .noCertificate("a.pem"), .noKey("a.pem"),
            .malformed("a.pem", "b"), .encryptedKey("a.pem"), .keyMismatch(certificate: "b", key: "a.pem"),
        ]
        for refusal in refusals {
            #expect(refusal.text.contains("a.pem"))
            #expect(!refusal.text.contains("\n"))
        }
    }

    @Test func whatClientsWillRefuseIsAWarning() throws {
        #expect(try serverContext().warnings.isEmpty)
        let expired = Certificates.path("expired.pem")
        #expect(try serverContext("expired").warnings == [.expired(expired, notAfter: 1_609_459_200)])
        let early = Certificates.path("early.pem")
        #expect(try serverContext("early").warnings == [.notYetValid(early, notBefore: 2_493_072_000)])
        let open = Certificates.path("open.key")
        try FileManager.default.copyItem(atPath: Certificates.path("good.key"), toPath: open)
        #expect(unsafe chmod(open, 0o644) == 0)
        let context = try TLSServerContext(certificate: Certificates.path("good.pem"), key: open)
        #expect(context.warnings == [.keyReadableByOthers(open, mode: 0o644)])
    }

    @Test(arguments: ["", "a b", "ä.test", "a\0b"]) func aNameThatCannotBeVerifiedIsRefused(_ name: String) {
        #expect(throws: TLSSetupError.badServerName(name)) { _ = try TLSClientContext(verify: name) }
    }

    @Test func everyFailureHasOneLineAndAWordOfRFC9209() {
        let failures: [(TLSFailure, String)] = [
            (.expired(notAfter: 0), "tls_certificate_error"), (.notYetValid(notBefore: 0), "tls_certificate_error"),
            (.wrongHost(asked: "a", names: []), "tls_certificate_error"), (.selfSigned, "tls_certificate_error"),
            (.untrusted("x"), "tls_certificate_error"), (.revoked, "tls_certificate_error"),
            (.badCertificate("x"), "tls_certificate_error"), (.protocolVersion, "tls_protocol_error"),
            (.noCommonCipher, "tls_protocol_error"), (.peerNotTLS, "tls_protocol_error"),
            (.alert("unknown_ca", 48), "tls_alert_received"), (.closedDuringHandshake, "tls_protocol_error"),
            (.connection(104), "connection_terminated"), (.other("x"), "tls_protocol_error"),
        ]
        for (failure, word) in failures {
            #expect(failure.word == word)
            #expect(!failure.text.isEmpty && !failure.text.contains("\n"))
        }
        #expect(TLSFailure.expired(notAfter: 0).text == "the certificate expired on 1970-01-01")
        let many = TLSFailure.wrongHost(asked: "a.test", names: ["1", "2", "3", "4", "5", "6"])
        #expect(many.text == "the certificate is not for a.test but for 1, 2, 3, 4, 5, … 6 in all")
    }
}
