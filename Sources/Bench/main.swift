// A program for the developers: runs one pure part of the forwarding path a given number of times over fixed inputs.
//
//     Bench parse|rewrite|record|chunks COUNT     instructions are counted from outside (scripts/instructions)
//     Bench scan COUNT                            reads COUNT trace lines from memory and prints MB/s of CPU time
//     Bench live COUNT                            judges and prints COUNT of them, and says the CPU time of each
//
// It knows no sockets, no clocks but the one of `scan` and `live`, and prints what it did, so that nothing can be optimised away.
import Glibc

exit(run(CommandLine.arguments))

private func run(_ arguments: [String]) -> Int32 {
    guard arguments.count == 3, let count = Int(arguments[2]), count > 0 else { return usage() }
    switch arguments[1] {
    case "parse": print(Exercise.parse(count))
    case "rewrite": print(Exercise.rewrite(count))
    case "record": print(Exercise.record(count))
    case "chunks": print(Exercise.chunks(count))
    case "scan":
        let lines = Exercise.lines(count)
        let began = clock()
        let read = Exercise.scan(lines)
        let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
        print("\(read) records, \(lines.count) bytes, \(Int(Double(lines.count) / seconds / 1e6)) MB/s")
        return read == count ? 0 : 1
    case "live":
        for kind in LiveExercise.Kind.allCases {
            let lines = LiveExercise.lines(kind, count)
            let began = clock()
            let (shown, read) = LiveExercise.view(lines)
            let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
            let nanoseconds = Int(seconds / Double(count) * 1e9)
            print("\(kind.rawValue): \(nanoseconds) ns a line, \(read) of \(count) read, \(shown) bytes shown")
        }
    default: return usage()
    }
    return 0
}

private func usage() -> Int32 {
    print("usage: Bench parse|rewrite|record|chunks|scan|live COUNT")
    return 2
}
