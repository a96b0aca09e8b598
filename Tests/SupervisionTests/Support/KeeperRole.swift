import CLinux
import Glibc

@testable import Supervision

/// The keeper's process in the tests of whole lives: this test binary, started again with `KeeperRole.variable` set.
///
/// It has to run before `main`: a keeper has one thread and blocks its signals, whereas the test library's main thread
/// ends up in `dispatch_main`, which opens them again. So the entry stands among the program's constructors, and does
/// nothing in any other process.
@used @section(".init_array") private let keeperRole: @convention(c) () -> Void = {
    if getenv(KeeperRole.variable) != nil { KeeperRole.runToTheEnd() }
}

enum KeeperRole {
    static let variable = "PLAIT_TEST_KEEPER_WORKER"

    static func runToTheEnd() -> Never {
        KeeperSignals.block()
        StandardDescriptors.fill()
        let socket = ListenerConfiguration(endpoint: .unix(path: value("PLAIT_TEST_KEEPER_SOCKET"), mode: 0o600))
        guard let listeners = try? Listener.bind([socket]) else { exit(99) }
        exit(Keeper.run(configuration(listeners)) { Array("keeper: \($0)\n".utf8) })
    }

    private static func configuration(_ listeners: [Listener]) -> KeeperConfiguration {
        let environment = ["PATH=\(value("PATH"))"]
        let script = value(variable)
        return KeeperConfiguration(
            server: Program(
                executable: "/usr/bin/env", arguments: ["env", "python3", "-S", "-c", serverScript],
                environment: environment),
            worker: { id, _ in
                Program(
                    executable: "/bin/sh", arguments: ["sh", "-c", script, "worker", "\(id)"],
                    environment: environment)
            },
            rules: .init(workerCount: 2, grace: .seconds(20), drainDelay: .zero, succession: .beside),
            listeners: listeners, notifySocket: getenv("PLAIT_TEST_KEEPER_NOTIFY").map { String(cString: $0) })
    }

    private static func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}

/// A server as far as the keeper can see: takes its descriptors, answers each connection with its own process id, tells
/// when a worker is ready, and drains.
private let serverScript = """
    import os, select, socket, struct, sys
    control = socket.socket(fileno=3)
    def send(kind, id=0, value=0, extra=0):
        control.send(struct.pack('=4sIIIQQ', b'plt1', kind, id, 0, value, extra))
    listeners, workers = [], {}
    while True:
        for ready in select.select([control, *listeners, *workers], [], [])[0]:
            if ready is control:
                data, fds, _, _ = socket.recv_fds(control, 32, 1)
                if not data:
                    sys.exit(9)
                mark, kind, id, _, value, extra = struct.unpack('=4sIIIQQ', data)
                if kind == 1: listeners.append(socket.socket(fileno=fds[0]))
                if kind == 2: send(65)
                if kind == 3: workers[socket.socket(fileno=fds[0])] = id
                if kind == 4: print('server: gone', id, value, file=sys.stderr, flush=True)
                if kind == 5:
                    send(68, value=1, extra=2)
                    sys.exit(0)
                if kind == 8:
                    for worker in [w for w in workers if workers[w] == id]:
                        del workers[worker]
                        worker.close()
                if kind == 6: print('server: reopened', file=sys.stderr, flush=True)
            elif ready in workers:
                if ready.recv(100): send(66, workers[ready], 0x030b07f0)
                else: del workers[ready]
            else:
                try: connection, _ = ready.accept()
                except BlockingIOError: continue
                connection.sendall(b'%d' % os.getpid())
                connection.close()
    """
