import CPython
import Glibc

/// `PyObject_Vectorcall`: in the limited API since 3.12, exported by 3.10 and 3.11 all the same, so it is looked up by
/// name; without it a tuple is made for each call.
struct Vectorcall {
    private typealias Function = @convention(c) (Object, UnsafeMutablePointer<Object?>, Int, Object?) -> Object?
    private let function: Function?

    init() {
        function = dlsym(nil, "PyObject_Vectorcall").map { unsafeBitCast($0, to: Function.self) }
    }

    /// `callable(first, second)`; owned, or nil with the error set.
    @inline(__always)
    func call(_ callable: Object, _ first: Object, _ second: Object) -> Object? {
        guard let function else { return callWithTuple(callable, first, second) }
        // One place before the arguments is lent to the callee (PY_VECTORCALL_ARGUMENTS_OFFSET, PEP 590).
        return withUnsafeTemporaryAllocation(of: Object?.self, capacity: 3) { places in
            places[0] = nil
            places[1] = first
            places[2] = second
            guard let base = places.baseAddress else { return nil }
            return function(callable, base + 1, 2 | Int.min, nil)
        }
    }

    private func callWithTuple(_ callable: Object, _ first: Object, _ second: Object) -> Object? {
        guard let arguments = PyTuple_New(2) else { return nil }
        defer { cpy_release(arguments) }
        cpy_retain(first)
        cpy_retain(second)
        PyTuple_SetItem(arguments, 0, first)
        PyTuple_SetItem(arguments, 1, second)
        return PyObject_Call(callable, arguments, nil)
    }
}
