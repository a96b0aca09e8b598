import Glibc

/// A thread of the system, not of Swift's pool: what it runs may block. Joined before its test ends, or detached.
package struct NativeThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let handle: pthread_t

    package init(_ run: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        pthread_create(
            &handle, nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(Body(run)).toOpaque())
        self.handle = handle
    }

    package func join() { pthread_join(handle, nil) }

    package func detach() { pthread_detach(handle) }
}
