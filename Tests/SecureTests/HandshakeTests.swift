import Foundation
import Secure
import Testing

@Suite(.timeLimit(.minutes(1))) struct HandshakeTests {
    @Test func aGoodChainIsVerifiedAndItsFactsAreKnown() throws {
        let talk = try Conversation(clientContext(), serverContext())
        let result = talk.shake()
        #expect(result.client == .done)
        #expect(result.server == .done)
        let facts = talk.client.facts
        #expect(facts.version == "TLSv1.3")
        #expect(facts.cipher.hasPrefix("TLS_"))
        #expect(facts.alpn == "http/1.1")
        #expect(talk.server.facts.alpn == "http/1.1")
        #expect(facts.verified)
        #expect(facts.problem == nil)
        #expect(!facts.resumed)
        let peer = try #require(facts.peer)
        #expect(peer.subject == "CN = good, O = Tüst")
        #expect(peer.issuer == "CN = root")
        #expect(peer.names == ["localhost", "*.example.test", "127.0.0.1", "::1"])
        #expect(UTCTime(unixSeconds: peer.notBefore).extended == "2020-01-01T00:00:00Z")
        #expect(UTCTime(unixSeconds: peer.notAfter).extended == "2049-12-31T00:00:00Z")
        #expect(talk.server.facts.peer == nil)
        #expect(talk.say("hello") == "hello")
    }

    @Test(arguments: ["localhost", "localhost.", "a.example.test", "127.0.0.1", "::1", "[::1]"])
    func everyNameOfTheCertificateIsAccepted(_ name: String) throws {
        let talk = try Conversation(clientContext(name), serverContext())
        #expect(talk.shake().client == .done)
    }

    @Test(arguments: ["example.test", "a.b.example.test", "other.test", "127.0.0.2", "::2"])
    func anotherNameIsRefusedWithTheNamesOfTheCertificate(_ name: String) throws {
        let talk = try Conversation(clientContext(name), serverContext())
        let result = talk.shake()
        let names = ["localhost", "*.example.test", "127.0.0.1", "::1"]
        #expect(result.client == .failed(.wrongHost(asked: name, names: names)))
        guard case .failed(.alert) = result.server else {
            Issue.record("the server should have got an alert, not \(result.server)")
            return
        }
    }

    @Test func theCommonNameIsNotAName() throws {
        let talk = try Conversation(clientContext("nameless"), serverContext("nameless"))
        #expect(talk.shake().client == .failed(.wrongHost(asked: "nameless", names: [])))
    }

    @Test func anIntermediateOfTheServerCompletesTheChain() throws {
        #expect(
            try Conversation(clientContext(), serverContext("deep", chain: "deep-chain.pem")).shake().client == .done)
        let incomplete = try Conversation(clientContext(), serverContext("deep")).shake().client
        guard case .failed(.untrusted(let why)) = incomplete else {
            Issue.record("\(incomplete)")
            return
        }
        #expect(why.contains("intermediate"))
    }

    @Test func anIntermediateGivenAsRootIsEnough() throws {
        #expect(try Conversation(clientContext(ca: "middle.pem"), serverContext("deep")).shake().client == .done)
    }

    @Test func aSelfSignedCertificateIsRefusedUnlessItIsTheOneTrusted() throws {
        #expect(try Conversation(clientContext(), serverContext("self")).shake().client == .failed(.selfSigned))
        #expect(try Conversation(clientContext(ca: "self.pem"), serverContext("self")).shake().client == .done)
    }

    @Test func datesAreCheckedAndNamed() throws {
        let expired = try Conversation(clientContext(), serverContext("expired")).shake().client
        #expect(expired == .failed(.expired(notAfter: 1_609_459_200)))
        let early = try Conversation(clientContext(), serverContext("early")).shake().client
        #expect(early == .failed(.notYetValid(notBefore: 2_493_072_000)))
    }

    @Test func anUnknownAuthorityIsRefused() throws {
        let result = try Conversation(clientContext(ca: "stranger.pem"), serverContext()).shake().client
        guard case .failed(.untrusted) = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test func theSystemsRootsDoNotKnowOurs() throws {
        let result = try Conversation(TLSClientContext(verify: "localhost"), serverContext()).shake().client
        guard case .failed(.untrusted) = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test(arguments: [
        ("good", "other.test", "tls_certificate_error"), ("expired", "localhost", "tls_certificate_error"),
        ("self", "localhost", "tls_certificate_error"),
    ]) func insecureGoesOnAndKeepsTheVerdict(_ server: String, _ name: String, _ word: String) throws {
        let context = try clientContext(name, insecure: true)
        for round in 0..<2 {
            let talk = try Conversation(context, serverContext(server))
            #expect(talk.shake().client == .done)
            let facts = talk.client.facts
            #expect(!facts.verified)
            #expect(facts.problem?.word == word, "round \(round)")
            #expect(talk.say("x") == "x")
        }
    }

    @Test func theVerdictOfAnInsecureSessionSurvivesResumption() throws {
        let server = try serverContext("expired")
        let context = try clientContext(insecure: true)
        let first = try Conversation(context, server)
        _ = first.shake()
        _ = first.say("ticket")
        let second = try Conversation(context, server)
        #expect(second.shake().client == .done)
        #expect(second.client.facts.resumed)
        #expect(second.client.facts.problem == .expired(notAfter: 1_609_459_200))
        #expect(!second.client.isVerified)
    }

    @Test func insecureWithAGoodCertificateSaysItIsVerified() throws {
        let talk = try Conversation(clientContext(insecure: true), serverContext())
        #expect(talk.shake().client == .done)
        #expect(talk.client.isVerified)
        #expect(talk.client.facts.problem == nil)
    }

    @Test func aSessionIsResumedAlsoAfterAConnectionThatEndedAbruptly() throws {
        let server = try serverContext()
        let context = try clientContext()
        for expected in [false, true, true] {
            let talk = try Conversation(context, server)
            #expect(talk.shake().client == .done)
            #expect(talk.client.facts.resumed == expected)
            #expect(talk.client.isVerified)
            #expect(talk.client.facts.peer?.names.first == "localhost")
            // Tickets come with the first bytes (RFC 8446 section 4.6.1).
            #expect(talk.say("hello") == "hello")
        }
    }

    @Test func aTLS12SessionIsResumed() throws {
        let server = try ForeignServer(["-tls1_2"])
        let context = try clientContext()
        for expected in [false, true] {
            let descriptor = try server.connect()
            defer { close(descriptor) }
            let connection = try TLSConnection(client: context, descriptor: descriptor)
            #expect(try ForeignServer.shake(connection, descriptor) == .done)
            #expect(connection.version == "TLSv1.2")
            #expect(connection.facts.resumed == expected)
        }
    }

    @Test func aPeerWithOldVersionsOnlyIsRefused() throws {
        let server = try ForeignServer(["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        let descriptor = try server.connect()
        defer { close(descriptor) }
        let connection = try TLSConnection(client: clientContext(), descriptor: descriptor)
        #expect(try ForeignServer.shake(connection, descriptor) == .failed(.protocolVersion))
    }

    @Test func aPeerWithNoCommonCipherAnswersWithAnAlert() throws {
        // An RSA suite alone cannot be used with an elliptic certificate.
        let server = try ForeignServer(["-tls1_2", "-cipher", "AES128-SHA"])
        let descriptor = try server.connect()
        defer { close(descriptor) }
        let connection = try TLSConnection(client: clientContext(), descriptor: descriptor)
        #expect(try ForeignServer.shake(connection, descriptor) == .failed(.alert("handshake_failure", 40)))
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ESMTP\r\n"])
    func aPeerThatSpeaksSomethingElseIsRecognised(_ answer: String) throws {
        let wire = Wire()
        let connection = try TLSConnection(client: clientContext(), descriptor: wire.near)
        #expect(connection.handshake() == .wantRead)
        _ = unsafe send(wire.far, answer, answer.utf8.count, 0)
        #expect(connection.handshake() == .failed(.peerNotTLS))
        // The verdict stays, and libssl is left alone.
        #expect(connection.handshake() == .failed(.peerNotTLS))
        #expect(connection.shutdown() == .done)
    }

    @Test func aClientThatSpeaksPlainHTTPIsRecognised() throws {
        let wire = Wire()
        let connection = try TLSConnection(server: serverContext(), descriptor: wire.near)
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        _ = unsafe send(wire.far, request, request.utf8.count, 0)
        #expect(connection.handshake() == .failed(.peerNotTLS))
    }

    @Test func aPeerThatClosesDuringTheHandshakeIsSaidToHaveClosed() throws {
        let wire = Wire()
        let connection = try TLSConnection(client: clientContext(), descriptor: wire.near)
        #expect(connection.handshake() == .wantRead)
        wire.closeFar()
        #expect(connection.handshake() == .failed(.closedDuringHandshake))
    }
}
