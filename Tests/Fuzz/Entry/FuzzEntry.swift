// The fuzzer's way in; compiled only when the environment has FUZZ (see Package.swift), because it needs libFuzzer's
// runtime. Which target is fuzzed is said by HOPLENS_FUZZ_TARGET, so one program serves them all.
import Glibc

/// Set once, before the first input.
private nonisolated(unsafe) var target: FuzzTarget?

/// Called by libFuzzer once, before anything else.
@c(LLVMFuzzerInitialize)
public func initializeFuzzer(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    guard let value = unsafe getenv("HOPLENS_FUZZ_TARGET") else {
        fatalError("HOPLENS_FUZZ_TARGET is not set; scripts/fuzz sets it")
    }
    let name = unsafe String(cString: value)
    guard let found = FuzzTarget.all.first(where: { $0.name == name }) else {
        fatalError("no target is called \(name): \(FuzzTarget.all.map(\.name))")
    }
    unsafe target = found
    return 0
}

/// Called by libFuzzer with each input.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    guard let run = unsafe target?.run else { return 0 }
    let broken = run(bytes)
    if !broken.isEmpty { fatalError("broken promises: " + broken.joined(separator: "; ")) }
    return 0
}
