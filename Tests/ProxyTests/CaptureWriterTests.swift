import Foundation
import Proxy
import Testing

@Suite struct CaptureWriterTests {
    private let scratch = Scratch()
    private let files = ScriptedFiles()
    private let events = Events()

    private func writer(
        segmentBytes: Int = 1 << 20, segmentAge: Int = 3600, maxDisk: Int? = nil, node: String = "n1"
    ) throws -> CaptureWriter {
        let events = events
        return try CaptureWriter(
            CaptureSettings(
                directory: scratch.path, node: node, segmentBytes: segmentBytes, segmentAge: segmentAge,
                maxDisk: maxDisk), files: files
        ) { events.add($0) }
    }

    private func refusal(_ path: String) -> CaptureError? {
        do throws(CaptureError) {
            _ = try CaptureWriter(CaptureSettings(directory: path, node: "n"), files: files) { _ in }
            return nil
        } catch {
            return error
        }
    }

    // MARK: Names and modes

    @Test func foldersAndFilesBelongToTheirOwnerAlone() throws {
        let writer = try writer()
        writer.write(lines("a", "b"))
        #expect(scratch.names == ["hoplens-n1-20261121T003301Z-0001.ndjson"])
        #expect(scratch.mode("") == 0o700)
        #expect(scratch.mode(scratch.names[0]) == 0o600)
        #expect(scratch.everything == "a\nb\n")
        #expect(writer.written == 2)
        #expect(events.list == [.started(scratch.file(scratch.names[0]))])
    }

    @Test func aNodeNameCannotLeaveTheFolder() throws {
        let writer = try writer(node: "../ü/x")
        writer.write(lines("a"))
        #expect(scratch.names == ["hoplens-..____x-20261121T003301Z-0001.ndjson"])
    }

    @Test func anUnusedSegmentIsRemovedAtTheEnd() throws {
        let writer = try writer()
        #expect(scratch.names.count == 1)
        writer.close()
        #expect(scratch.names.isEmpty)
    }

    @Test func theProgramsNameStandsOnceInASegmentsName() throws {
        let writer = try writer(node: "hoplens-23b1")
        writer.write(lines("a"))
        #expect(scratch.names == ["hoplens-23b1-20261121T003301Z-0001.ndjson"])
    }

    @Test func aNameThatIsTakenIsNeverOpenedAgain() throws {
        let first = try writer()
        first.write(lines("one"))
        first.close()
        scratch.put("hoplens-n1-20261121T003301Z-0002.ndjson", "torn li")
        let second = try writer()
        second.write(lines("two"))
        #expect(scratch.names.count == 3)
        #expect(scratch.text("hoplens-n1-20261121T003301Z-0001.ndjson") == "one\n")
        #expect(scratch.text("hoplens-n1-20261121T003301Z-0002.ndjson") == "torn li")
        #expect(scratch.text("hoplens-n1-20261121T003301Z-0003.ndjson") == "two\n")
    }

    @Test func aFolderThatIsNotFitIsRefusedWithWhatToDo() throws {
        #expect(refusal("/nonexistent-hoplens/a/b") == .folder("/nonexistent-hoplens/a/b", ENOENT))
        #expect(refusal("/dev/null") == .notFolder("/dev/null"))
        #expect(unsafe mkdir(scratch.path, 0o700) == 0)
        for mode in [0o770, 0o702, 0o1777] as [mode_t] {
            #expect(unsafe chmod(scratch.path, mode) == 0)
            let error = refusal(scratch.path)
            #expect(error == .writableByOthers(scratch.path, UInt32(mode)))
            #expect(error?.text.contains("chmod 700 \(scratch.path)") == true)
        }
        // As root this needs a folder of somebody else's; otherwise / belongs to root.
        if geteuid() == 0 {
            #expect(unsafe chmod(scratch.path, 0o700) == 0 && chown(scratch.path, 65534, 65534) == 0)
            #expect(refusal(scratch.path) == .notOurs(scratch.path))
        } else {
            #expect(refusal("/") == .notOurs("/"))
        }
    }

    @Test func aFolderOthersCanOnlyListIsAcceptedWithANotice() throws {
        #expect(unsafe mkdir(scratch.path, 0o755) == 0 && chmod(scratch.path, 0o755) == 0)
        _ = try writer()
        #expect(events.list.first == .folderOpen(scratch.path, 0o755))
    }

    @Test func aFolderThatCannotBeWrittenIsRefusedAtTheStart() throws {
        for code in [EACCES, EROFS, ENOSPC] {
            files.broken = code
            let error = refusal(scratch.path)
            #expect(error == .cannotWrite(scratch.path, code))
            #expect(error?.text.contains(scratch.path) == true)
        }
        // The file can be made but nothing can be put into it: nothing is left behind.
        files.broken = nil
        files.writes = [.fail(ENOSPC)]
        #expect(refusal(scratch.path) == .cannotWrite(scratch.path, ENOSPC))
        #expect(scratch.names.isEmpty)
    }

    // MARK: Rotation and pruning

    @Test func aSegmentEndsBeforeItWouldGrowTooLarge() throws {
        let writer = try writer(segmentBytes: 10)
        writer.write(lines("1234", "abcd", "wxyz"))
        writer.write(lines("a line that is longer than a whole segment", "z"))
        #expect(
            scratch.names.map(scratch.text) == [
                "1234\nabcd\n", "wxyz\n", "a line that is longer than a whole segment\n", "z\n",
            ])
        #expect(writer.written == 5)
        #expect(writer.lost == 0)
    }

    @Test func aSegmentEndsByAgeWhenItHasLines() throws {
        let writer = try writer(segmentAge: 60)
        files.pass(seconds: 61)
        writer.tick()
        #expect(scratch.names.count == 1)
        writer.write(lines("a"))
        files.pass(seconds: 61)
        writer.tick()
        writer.write(lines("b"))
        #expect(scratch.names.map(scratch.text) == ["a\n", "b\n"])
        #expect(scratch.names[1] == "hoplens-n1-20261121T003503Z-0002.ndjson")
    }

    @Test func theOldestSegmentsOfOurNamingGoFirstAndNothingElse() throws {
        #expect(unsafe mkdir(scratch.path, 0o700) == 0)
        let hundred = String(repeating: "x", count: 99) + "\n"
        for name in [
            "hoplens-n1-20200101T000000Z-0001.ndjson", "hoplens-old-node-20200101T000000Z-0002.ndjson",
            "hoplens-n1-20210101T000000Z-0001.ndjson", "notes.ndjson", "hoplens-n1-2020.ndjson",
            "hoplens-n1-20200101T000000Z-0001.ndjson.bak",
        ] { scratch.put(name, hundred) }
        #expect(unsafe symlink("/etc/hostname", scratch.file("hoplens-n1-20190101T000000Z-0001.ndjson")) == 0)
        let writer = try writer(maxDisk: 250)
        #expect(events.list.contains(.pruned(files: 1, bytes: 100)))
        writer.write(Array(hundred.utf8))
        #expect(events.list.last == .pruned(files: 1, bytes: 100))
        #expect(
            scratch.names == [
                "hoplens-n1-20190101T000000Z-0001.ndjson", "hoplens-n1-2020.ndjson",
                "hoplens-n1-20200101T000000Z-0001.ndjson.bak", "hoplens-n1-20210101T000000Z-0001.ndjson",
                "hoplens-n1-20261121T003301Z-0001.ndjson", "notes.ndjson",
            ])
        for _ in 0..<20 {
            writer.write(Array(hundred.utf8))
            let total = scratch.names.filter { $0.contains("Z-") && $0.hasSuffix("ndjson") && !$0.contains("2019") }
                .map { scratch.text($0).utf8.count }.reduce(0, +)
            #expect(total <= 250)
        }
        #expect(writer.written == 21)
    }

    @Test func aSegmentAnotherWriterHasOpenIsNotPruned() throws {
        let other = try writer(node: "other")
        other.write(lines(String(repeating: "o", count: 500)))
        let mine = try writer(maxDisk: 100)
        mine.write(lines("mine"))
        #expect(scratch.names.contains { $0.contains("other") })
        other.close()
        files.pass(seconds: 2)
        mine.write(lines("mine"))
        #expect(!scratch.names.contains { $0.contains("other") })
    }

    // MARK: Trouble

    @Test func aShortWriteIsCompleted() throws {
        let writer = try writer()
        files.writes = [.short(3), .short(1)]
        writer.write(lines("hello", "world"))
        #expect(scratch.everything == "hello\nworld\n")
        #expect(writer.written == 2)
    }

    @Test func onAFullDiskTheTornEndIsCutOffAndTheLossIsCountedAndWritten() throws {
        let writer = try writer()
        writer.write(lines("before"))
        files.writes = [.short(8), .fail(ENOSPC)]
        writer.write(lines("whole", "torn", "never"))
        #expect(scratch.everything == "before\nwhole\n")
        #expect(writer.isSuspended)
        files.broken = ENOSPC
        files.pass(seconds: 0.5)
        writer.write(lines("lost"))
        files.pass(seconds: 1)
        writer.tick()
        #expect(writer.isSuspended)
        files.broken = nil
        files.pass(seconds: 1)
        writer.write(lines("after"))
        let gap =
            #"{"v":1,"gap":{"from":"2026-11-21T00:33:01.123456Z","to":"2026-11-21T00:33:03.623456Z","#
            + #""lost":3,"why":"No space left on device"}}"#
        #expect(scratch.everything == "before\nwhole\n\(gap)\nafter\n")
        #expect(writer.written == 3)
        #expect(writer.lost == 3)
        #expect(
            events.list.dropFirst() == [
                .suspended(scratch.path, "No space left on device"), .resumed(scratch.file(scratch.names[0]), lost: 3),
            ])
    }

    @Test func captureComesBackByItselfWithoutTraffic() throws {
        let writer = try writer()
        files.writes = [.fail(EIO)]
        writer.write(lines("lost"))
        files.pass(seconds: 1)
        writer.tick()
        #expect(!writer.isSuspended)
        #expect(scratch.everything.contains(#""lost":1,"why":"Input/output error""#))
        // The file that had the fault is left alone; it was empty and is gone.
        #expect(scratch.names == ["hoplens-n1-20261121T003302Z-0002.ndjson"])
    }

    @Test func aFileWhoseTornEndStaysIsNotAppendedTo() throws {
        let writer = try writer()
        writer.write(lines("before"))
        files.writes = [.short(2), .fail(ENOSPC)]
        files.truncateFails = true
        writer.write(lines("torn"))
        files.pass(seconds: 1)
        writer.write(lines("after"))
        #expect(scratch.text(scratch.names[0]) == "before\nto")
        #expect(scratch.text(scratch.names[1]).hasSuffix("\nafter\n"))
    }

    @Test func aDeletedSegmentIsNoticedAndTheFolderMadeAgain() throws {
        let writer = try writer()
        writer.write(lines("a"))
        files.pass(seconds: 1)
        writer.tick()
        writer.write(lines("b", "c"))
        try FileManager.default.removeItem(atPath: scratch.path)
        files.pass(seconds: 1)
        writer.tick()
        writer.write(lines("d"))
        #expect(scratch.mode("") == 0o700)
        #expect(scratch.everything.contains(#""lost":2,"why":"the segment was deleted""#))
        #expect(scratch.everything.hasSuffix("d\n"))
        #expect(writer.written == 2)
        #expect(writer.lost == 2)
    }

    @Test func aFolderThatBecameUnfitSuspendsUntilItIsFitAgain() throws {
        let writer = try writer(segmentBytes: 4)
        writer.write(lines("abc"))
        try FileManager.default.removeItem(atPath: scratch.path)
        scratch.put("", "")
        _ = FileManager.default.createFile(atPath: scratch.path, contents: Data())
        files.pass(seconds: 1)
        for _ in 0..<3 {
            writer.write(lines("def"))
            files.pass(seconds: 1)
        }
        #expect(writer.isSuspended)
        try FileManager.default.removeItem(atPath: scratch.path)
        writer.write(lines("ghi"))
        #expect(!writer.isSuspended)
        #expect(writer.written + writer.lost == 5)
        #expect(scratch.everything.hasSuffix("ghi\n"))
    }

    @Test func linesLostBeforeTheyCameHereAreWrittenAsAGap() throws {
        let writer = try writer()
        writer.noteLost(7, why: "the queue \"was\" full")
        writer.noteLost(0, why: "nothing")
        writer.tick()
        writer.write(lines("a"))
        #expect(scratch.everything.hasSuffix("\"lost\":7,\"why\":\"the queue  was  full\"}}\na\n"))
        #expect(writer.lost == 7)
        let object = try JSONSerialization.jsonObject(with: Data(scratch.everything.utf8.prefix { $0 != 0x0A }))
        #expect((object as? [String: Any])?["v"] as? Int == 1)
    }

    @Test func whateverHappensEveryLineIsCountedOnceAndEveryFileEndsWhole() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let scratch = Scratch()
            let files = ScriptedFiles()
            let writer = try CaptureWriter(
                CaptureSettings(directory: scratch.path, node: "n", segmentBytes: 200), files: files
            ) { _ in }
            var given = 0
            for _ in 0..<40 {
                let count = Int.random(in: 1...6, using: &random)
                let batch = (0..<count).map { "line \(given + $0) " + String(repeating: "y", count: $0 * 7) + "\n" }
                given += count
                if Int.random(in: 0..<3, using: &random) == 0 {
                    let codes = [ENOSPC, EIO, EROFS]
                    files.writes = [.short(Int.random(in: 0...5, using: &random)), .fail(codes[given % 3])]
                    if files.writes.count > 1, case .short(0) = files.writes[0] { files.writes.removeFirst() }
                }
                writer.write(Array(batch.joined().utf8))
                files.pass(seconds: Double.random(in: 0...1.5, using: &random))
            }
            files.writes = []
            files.pass(seconds: 2)
            writer.close()
            let texts = scratch.names.map(scratch.text)
            #expect(texts.allSatisfy { $0.hasSuffix("\n") })
            let all = texts.joined().split(separator: "\n")
            let gaps = all.filter { $0.hasPrefix(#"{"v":1,"gap""#) }
            let lost = gaps.compactMap { $0.firstMatch(of: /"lost":(\d+)/).flatMap { Int($0.1) } }.reduce(0, +)
            #expect(writer.written + writer.lost == given)
            #expect(all.count - gaps.count == writer.written)
            #expect(lost == writer.lost)
            #expect(all.allSatisfy { $0.hasPrefix("line ") || $0.hasPrefix("{") })
        }
    }

    // MARK: Raw

    @Test func expiredRawSegmentsOfEarlierRunsAreDeletedAtTheStartAndOthersStay() throws {
        #expect(unsafe mkdir(scratch.path, 0o700) == 0)
        scratch.put(
            "hoplens-a-20261120T000000Z-raw-0001.ndjson", "{\"v\":1,\"raw\":{\"until\":\"2026-11-21T00:00:00Z\"}}\nx\n")
        scratch.put(
            "hoplens-b-20261120T000000Z-raw-0001.ndjson", "{\"v\":1,\"raw\":{\"until\":\"2026-11-22T00:00:00Z\"}}\nx\n")
        scratch.put("hoplens-c-20261101T000000Z-raw-0001.ndjson", "{\"v\":1,\"ra")
        scratch.put("hoplens-d-20261121T000000Z-raw-0001.ndjson", "")
        scratch.put("hoplens-a-raw-20200101T000000Z-0001.ndjson", "a node named a-raw\n")
        let writer = try writer()
        writer.close()
        #expect(
            scratch.names == [
                "hoplens-a-raw-20200101T000000Z-0001.ndjson", "hoplens-b-20261120T000000Z-raw-0001.ndjson",
                "hoplens-d-20261121T000000Z-raw-0001.ndjson",
            ])
        #expect(events.list.contains(.rawExpired(files: 2)))
    }
}
