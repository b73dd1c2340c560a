// A capture's folder for those who read it: its segments in the order in which they were written, then other NDJSON files
// by name. A folder that was copied or packed has `.gz` behind the names, and in a partitioned one they stand deeper.

/// Finds the segments of a folder.
public enum CaptureFolder {
    /// Folders deeper than this are not looked into: `node=…/date=…/` is two.
    private static let depth = 4

    /// The paths of the segments in a folder, the oldest first, and of other NDJSON files; empty when it cannot be read.
    public static func segments(in folder: String) -> [String] {
        var found: [(name: SegmentName?, path: String)] = []
        collect(folder, depth, &found)
        return found.sorted { one, two in
            switch (one.name, two.name) {
            case (let a?, let b?):
                if SegmentName.isOlder(a, b) { return true }
                return SegmentName.isOlder(b, a) ? false : one.path < two.path
            case (nil, nil): return one.path < two.path
            case (let a, _): return a != nil
            }
        }.map(\.path)
    }

    private static func collect(_ folder: String, _ depth: Int, _ found: inout [(name: SegmentName?, path: String)]) {
        let files = SystemFiles()
        for name in (try? files.names(in: folder)) ?? [] where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            if let segment = segment(name) {
                found.append((segment, path))
            } else if name.hasSuffix(".ndjson") || name.hasSuffix(".ndjson.gz") {
                found.append((nil, path))
            } else if depth > 0, let status = try? files.status(path), status.isFolder {
                collect(path, depth - 1, &found)
            }
        }
    }

    private static func segment(_ name: String) -> SegmentName? {
        SegmentName(name.hasSuffix(".gz") ? String(name.dropLast(3)) : name)
    }
}
