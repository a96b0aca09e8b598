// What Swift cannot reach of Linux: macros, variadic calls, and atomics on memory that another process maps.
// Nothing here decides anything; each function is one system call or one instruction.
#ifndef CLINUX_H
#define CLINUX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
// Swift's Glibc module reads this header without the X/Open names; fd_set must look alike in every module.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// MARK: atomics on shared memory ------------------------------------------------------------------------------------

static inline uint32_t cl_load_relaxed_u32(const void *p) { return atomic_load_explicit((const _Atomic uint32_t *)p, memory_order_relaxed); }
static inline uint32_t cl_load_u32(const void *p) { return atomic_load_explicit((const _Atomic uint32_t *)p, memory_order_acquire); }
static inline uint64_t cl_load_u64(const void *p) { return atomic_load_explicit((const _Atomic uint64_t *)p, memory_order_acquire); }
static inline void cl_store_u32(void *p, uint32_t v) { atomic_store_explicit((_Atomic uint32_t *)p, v, memory_order_release); }
static inline void cl_store_u64(void *p, uint64_t v) { atomic_store_explicit((_Atomic uint64_t *)p, v, memory_order_release); }
static inline void cl_store_seq_u32(void *p, uint32_t v) { atomic_store_explicit((_Atomic uint32_t *)p, v, memory_order_seq_cst); }
static inline uint32_t cl_add_u32(void *p, uint32_t v) { return atomic_fetch_add_explicit((_Atomic uint32_t *)p, v, memory_order_acq_rel); }
static inline uint32_t cl_exchange_u32(void *p, uint32_t v) { return atomic_exchange_explicit((_Atomic uint32_t *)p, v, memory_order_acq_rel); }
static inline bool cl_cas_u32(void *p, uint32_t expected, uint32_t desired) {
    return atomic_compare_exchange_strong_explicit((_Atomic uint32_t *)p, &expected, desired, memory_order_acq_rel, memory_order_acquire);
}
static inline bool cl_cas_u64(void *p, uint64_t expected, uint64_t desired) {
    return atomic_compare_exchange_strong_explicit((_Atomic uint64_t *)p, &expected, desired, memory_order_acq_rel, memory_order_acquire);
}
/// Store-load barrier: between "I sleep" and the last look at the ring.
static inline void cl_fence(void) { atomic_thread_fence(memory_order_seq_cst); }
/// Starts to fetch `lines` cache lines of memory that another processor has written: a hint, never a fault.
static inline void cl_prefetch(const void *p, int lines) {
    for (int i = 0; i < lines; i++) __builtin_prefetch((const char *)p + 64 * i, 0, 3);
}
static inline void cl_relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

// MARK: futex(2); not FUTEX_PRIVATE: the word may lie in a segment that two processes map ----------------------------

/// Sleeps while *word == expected. `nanoseconds` < 0: without limit. Returns 0, or -errno (EAGAIN, ETIMEDOUT, EINTR).
static inline int cl_futex_wait(void *word, uint32_t expected, int64_t nanoseconds) {
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    long r = syscall(SYS_futex, word, FUTEX_WAIT, expected, nanoseconds < 0 ? NULL : &limit, NULL, 0);
    return r < 0 ? -errno : 0;
}
static inline int cl_futex_wake(void *word, int count) { return (int)syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0); }

// MARK: recv(2) and send(2) without glibc's cancellation points, which cost two atomic writes a call in a process with
// threads; nobody cancels a thread here. -1 with errno, as the functions they stand for.

static inline ssize_t cl_recv(int socket, void *bytes, size_t length, int flags) {
    return syscall(SYS_recvfrom, socket, bytes, length, flags, NULL, NULL);
}
static inline ssize_t cl_send(int socket, const void *bytes, size_t length) {
    return syscall(SYS_sendto, socket, bytes, length, MSG_NOSIGNAL, NULL, 0);
}

// MARK: memfd, seals --------------------------------------------------------------------------------------------------

static inline int cl_memfd_create(const char *name) { return (int)syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_ALLOW_SEALING); }
static inline int cl_seal(int fd) { return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL); }
static inline int cl_seals(int fd) { return fcntl(fd, F_GET_SEALS); }
enum { CL_SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL };

// MARK: variadic calls ------------------------------------------------------------------------------------------------

static inline int cl_fcntl_int(int fd, int command, int value) { return fcntl(fd, command, value); }
static inline int cl_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
/// accept4(2): non-blocking, close-on-exec. Returns the descriptor or -1 with errno.
static inline int cl_accept(int socket, struct sockaddr_storage *peer) {
    socklen_t length = sizeof *peer;
    return accept4(socket, (struct sockaddr *)peer, peer ? &length : NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
/// A listening socket takes no new connections any more: a filter that lets no packet pass (socket(7),
/// SO_ATTACH_FILTER). What was accepted by the kernel before stays in its queue.
static inline int cl_refuse_new(int socket) {
    struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
    struct sock_fprog filter = {1, &nothing};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}
static inline int cl_mkostemp(char *name) { return mkostemp(name, O_CLOEXEC); }

// MARK: one message, at most one descriptor (SCM_RIGHTS) --------------------------------------------------------------

/// Sends `length` bytes and, if `fd` >= 0, that descriptor. Returns the bytes sent or -errno.
static inline ssize_t cl_send_fd(int socket, const void *bytes, size_t length, int fd, int flags) {
    union { char space[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
    struct iovec part = {(void *)bytes, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.space;
        message.msg_controllen = sizeof control.space;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    ssize_t r = sendmsg(socket, &message, flags | MSG_NOSIGNAL);
    return r < 0 ? -errno : r;
}

/// Receives one message. `*fd` is the one descriptor that came with it (close-on-exec), or -1; more than one, or a
/// truncated message, closes them all and returns -EPROTO. Returns the bytes received, 0 at the end, or -errno.
static inline ssize_t cl_receive_fd(int socket, void *bytes, size_t length, int *fd, int flags) {
    union { char space[CMSG_SPACE(sizeof(int) * 16)]; struct cmsghdr align; } control;
    struct iovec part = {bytes, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    *fd = -1;
    ssize_t r = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    if (r < 0) return -errno;
    int count = 0;
    int received[16];
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        int here = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        for (int i = 0; i < here && count < 16; i++) memcpy(&received[count++], CMSG_DATA(header) + sizeof(int) * i, sizeof(int));
    }
    if (count > 1 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
        for (int i = 0; i < count; i++) close(received[i]);
        return -EPROTO;
    }
    if (count == 1) *fd = received[0];
    return r;
}

// MARK: wait(2) status macros -----------------------------------------------------------------------------------------

static inline bool cl_exited(int status) { return WIFEXITED(status); }
static inline int cl_exit_code(int status) { return WEXITSTATUS(status); }
static inline int cl_signal(int status) { return WTERMSIG(status); }

#endif
