// What Swift's Glibc module leaves out (epoll, eventfd, signalfd, accept4, mtrace) and what is awkward to say in Swift
// (unions, sockaddr casts, macros), as static inline functions. Header only: there is no C file to compile.
//
// Conventions: a failed call answers -errno, taken in the same expression, so no later call can change it; EINTR is
// retried here; addresses travel by value in `struct hl_address`. Functions without a pointer in their signature are
// therefore safe to call from Swift under strict memory safety.
//
// Never include <linux/tcp.h>: it clashes with <netinet/tcp.h>.
#ifndef HOPLENS_CLINUX_SHIM_H
#define HOPLENS_CLINUX_SHIM_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <limits.h>
#include <mcheck.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// Hidden behind _GNU_SOURCE, which a module cannot define for headers that were already imported.
extern int accept4(int, struct sockaddr *, socklen_t *, int);
extern int pthread_setname_np(pthread_t, const char *);
extern const char *strerrordesc_np(int);

// ---- Terminal --------------------------------------------------------------------------------------------------

/// Switches the echo of a terminal, and what Ctrl-C does, on or off together: a process that was ended while the echo is
/// off would leave its terminal mute.
static inline int hl_set_echo(int fd, int on) {
    struct termios t;
    if (tcgetattr(fd, &t) < 0) return -errno;
    if (on) t.c_lflag |= ECHO | ISIG;
    else t.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    return tcsetattr(fd, TCSAFLUSH, &t) < 0 ? -errno : 0;
}

// ---- Clocks ----------------------------------------------------------------------------------------------------

/// Microseconds on CLOCK_MONOTONIC.
static inline int64_t hl_monotonic_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/// Microseconds since 1970 on CLOCK_REALTIME.
static inline int64_t hl_wall_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/// CPU time of this process in microseconds.
static inline int64_t hl_cpu_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

// ---- What a socket still holds ---------------------------------------------------------------------------------

/// Bytes of a TCP socket that its peer has not acknowledged yet; or -errno.
static inline int hl_unacknowledged(int fd) {
    int count = 0;
    return ioctl(fd, TIOCOUTQ, &count) == 0 ? count : -errno;
}

// ---- epoll -----------------------------------------------------------------------------------------------------

/// Adds a descriptor with a 64-bit token in the epoll_data union; 0 or -errno.
static inline int hl_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
    struct epoll_event e;
    memset(&e, 0, sizeof e);
    e.events = events;
    e.data.u64 = token;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) == 0 ? 0 : -errno;
}

/// Removes a descriptor; 0 or -errno.
static inline int hl_epoll_remove(int epoll, int fd) {
    struct epoll_event e;
    memset(&e, 0, sizeof e);
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, &e) == 0 ? 0 : -errno;
}

/// Waits; the number of events, 0 also after a signal, or -errno.
static inline int hl_epoll_wait(int epoll, struct epoll_event *events, int count, int timeout_ms) {
    int n = epoll_wait(epoll, events, count, timeout_ms);
    if (n >= 0) return n;
    return errno == EINTR ? 0 : -errno;
}

static inline int hl_epoll_create(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd >= 0 ? fd : -errno;
}

static inline uint64_t hl_epoll_token(const struct epoll_event *event) { return event->data.u64; }

/// What one registration asks for: both directions, once, edge-triggered.
static inline uint32_t hl_epoll_interest(void) { return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET; }

/// The same for descriptors nobody writes to (eventfd), where EPOLLOUT would wake for nothing.
static inline uint32_t hl_epoll_read_interest(void) { return EPOLLIN | EPOLLET; }

static inline int hl_eventfd(void) {
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd >= 0 ? fd : -errno;
}

/// Adds one to an eventfd; every addition is a fresh edge, so nobody needs to read it back.
static inline int hl_eventfd_ring(int fd) {
    uint64_t one = 1;
    ssize_t n;
    do n = write(fd, &one, sizeof one); while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

/// Closes; never retried, because Linux frees the descriptor even when it reports EINTR.
static inline int hl_close(int fd) { return close(fd) == 0 ? 0 : -errno; }

// ---- Addresses -------------------------------------------------------------------------------------------------

/// An IPv4 (family 4) or IPv6 (family 6) address; family 0 is none. `high` and `low` are the 128 address bits in
/// host order; an IPv4 address sits in the lowest 32 bits.
struct hl_address {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    uint8_t family;
};

static inline uint64_t hl_load64(const uint8_t *p) {
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) v = v << 8 | p[i];
    return v;
}

static inline void hl_store64(uint8_t *p, uint64_t v) {
    for (int i = 7; i >= 0; i--) { p[i] = (uint8_t)v; v >>= 8; }
}

static inline struct hl_address hl_address_from(const struct sockaddr_storage *s) {
    struct hl_address a;
    memset(&a, 0, sizeof a);
    if (s->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)s;
        a.family = 4;
        a.port = ntohs(in->sin_port);
        a.low = ntohl(in->sin_addr.s_addr);
    } else if (s->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)s;
        a.family = 6;
        a.port = ntohs(in->sin6_port);
        a.scope = in->sin6_scope_id;
        a.high = hl_load64(in->sin6_addr.s6_addr);
        a.low = hl_load64(in->sin6_addr.s6_addr + 8);
    }
    return a;
}

static inline socklen_t hl_address_to(struct hl_address a, struct sockaddr_storage *s) {
    memset(s, 0, sizeof *s);
    if (a.family == 4) {
        struct sockaddr_in *in = (struct sockaddr_in *)s;
        in->sin_family = AF_INET;
        in->sin_port = htons(a.port);
        in->sin_addr.s_addr = htonl((uint32_t)a.low);
        return sizeof *in;
    }
    struct sockaddr_in6 *in = (struct sockaddr_in6 *)s;
    in->sin6_family = AF_INET6;
    in->sin6_port = htons(a.port);
    in->sin6_scope_id = a.scope;
    hl_store64(in->sin6_addr.s6_addr, a.high);
    hl_store64(in->sin6_addr.s6_addr + 8, a.low);
    return sizeof *in;
}

/// Reads a numeric address without a port; family 0 when the text is none. Zone ids are refused.
static inline struct hl_address hl_parse_address(const char *text) {
    struct hl_address a;
    struct in_addr v4;
    struct in6_addr v6;
    memset(&a, 0, sizeof a);
    if (inet_pton(AF_INET, text, &v4) == 1) {
        a.family = 4;
        a.low = ntohl(v4.s_addr);
    } else if (inet_pton(AF_INET6, text, &v6) == 1) {
        a.family = 6;
        a.high = hl_load64(v6.s6_addr);
        a.low = hl_load64(v6.s6_addr + 8);
    }
    return a;
}

// ---- Sockets ---------------------------------------------------------------------------------------------------

static inline int hl_set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value) == 0 ? 0 : -errno;
}

static inline int hl_stream_socket(uint8_t family) {
    int fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd >= 0 ? fd : -errno;
}

static inline int hl_no_delay(int fd) { return hl_set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1); }
static inline int hl_reuse_address(int fd) { return hl_set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1); }
static inline int hl_reuse_port(int fd) { return hl_set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1); }
static inline int hl_ipv6_only(int fd, int on) { return hl_set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, on); }
/* The system's own two hours before the first probe are longer than anybody waits. */
static inline int hl_keep_alive(int fd, int idle, int interval, int count) {
    hl_set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
    hl_set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval);
    hl_set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, count);
    return hl_set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
}
static inline int hl_buffer_sizes(int fd, int send, int receive) {
    int a = send > 0 ? hl_set_option(fd, SOL_SOCKET, SO_SNDBUF, send) : 0;
    int b = receive > 0 ? hl_set_option(fd, SOL_SOCKET, SO_RCVBUF, receive) : 0;
    return a != 0 ? a : b;
}

/// close() will then answer the peer with RST and drop what is unsent.
static inline int hl_linger_reset(int fd) {
    struct linger l = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l) == 0 ? 0 : -errno;
}

static inline int hl_bind(int fd, struct hl_address address) {
    struct sockaddr_storage s;
    socklen_t n = hl_address_to(address, &s);
    return bind(fd, (struct sockaddr *)&s, n) == 0 ? 0 : -errno;
}

static inline int hl_listen(int fd, int backlog) { return listen(fd, backlog) == 0 ? 0 : -errno; }

/// 0 when connected at once, -EINPROGRESS when the answer comes as an event, else -errno. EINTR leaves the connection
/// under way, and calling again would say EALREADY, so it counts as under way.
static inline int hl_connect(int fd, struct hl_address address) {
    struct sockaddr_storage s;
    socklen_t n = hl_address_to(address, &s);
    if (connect(fd, (struct sockaddr *)&s, n) == 0) return 0;
    return errno == EINTR ? -EINPROGRESS : -errno;
}

/// Takes SO_ERROR: 0 or a positive errno.
static inline int hl_take_socket_error(int fd) {
    int error = 0;
    socklen_t n = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0) return errno;
    return error;
}

struct hl_accepted {
    /// The new descriptor, or -errno.
    int fd;
    struct hl_address address;
};

static inline struct hl_accepted hl_accept(int listener) {
    struct hl_accepted result;
    struct sockaddr_storage s;
    socklen_t n;
    int fd;
    memset(&s, 0, sizeof s);
    do {
        n = sizeof s;
        fd = accept4(listener, (struct sockaddr *)&s, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (fd < 0 && errno == EINTR);
    result.fd = fd >= 0 ? fd : -errno;
    result.address = hl_address_from(&s);
    return result;
}

static inline struct hl_address hl_local_address(int fd) {
    struct sockaddr_storage s;
    socklen_t n = sizeof s;
    memset(&s, 0, sizeof s);
    if (getsockname(fd, (struct sockaddr *)&s, &n) != 0) memset(&s, 0, sizeof s);
    return hl_address_from(&s);
}

static inline struct hl_address hl_peer_address(int fd) {
    struct sockaddr_storage s;
    socklen_t n = sizeof s;
    memset(&s, 0, sizeof s);
    if (getpeername(fd, (struct sockaddr *)&s, &n) != 0) memset(&s, 0, sizeof s);
    return hl_address_from(&s);
}

static inline int hl_shutdown_write(int fd) { return shutdown(fd, SHUT_WR) == 0 ? 0 : -errno; }

struct hl_pair {
    int first;
    int second;
};

/// Two connected nonblocking Unix stream sockets; `first` is -errno on failure.
static inline struct hl_pair hl_socket_pair(void) {
    int fds[2];
    struct hl_pair pair = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) {
        pair.first = -errno;
    } else {
        pair.first = fds[0];
        pair.second = fds[1];
    }
    return pair;
}

static inline ssize_t hl_recv(int fd, void *bytes, size_t count) {
    ssize_t n;
    do n = recv(fd, bytes, count, 0); while (n < 0 && errno == EINTR);
    return n >= 0 ? n : -errno;
}

static inline ssize_t hl_send(int fd, const void *bytes, size_t count) {
    ssize_t n;
    do n = send(fd, bytes, count, MSG_NOSIGNAL); while (n < 0 && errno == EINTR);
    return n >= 0 ? n : -errno;
}

/// Two pieces in one call: a head and the body bytes that came with it leave in one packet.
static inline ssize_t hl_send_two(int fd, const void *a, size_t a_count, const void *b, size_t b_count) {
    struct iovec pieces[2];
    struct msghdr message;
    ssize_t n;
    pieces[0].iov_base = (void *)a;
    pieces[0].iov_len = a_count;
    pieces[1].iov_base = (void *)b;
    pieces[1].iov_len = b_count;
    memset(&message, 0, sizeof message);
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    do n = sendmsg(fd, &message, MSG_NOSIGNAL); while (n < 0 && errno == EINTR);
    return n >= 0 ? n : -errno;
}

/// Reads and throws away up to `limit` bytes: the number thrown away (0 at the peer's end), or -errno.
static inline ssize_t hl_discard(int fd, size_t limit) {
    ssize_t n;
    // MSG_TRUNC on a TCP socket drops the bytes in the kernel instead of copying them out.
    do n = recv(fd, NULL, limit, MSG_TRUNC); while (n < 0 && errno == EINTR);
    return n >= 0 ? n : -errno;
}

/// Waits for one descriptor: revents, 0 at the time-out, or -errno.
static inline int hl_poll(int fd, short events, int timeout_ms) {
    struct pollfd p = {.fd = fd, .events = events, .revents = 0};
    int n = poll(&p, 1, timeout_ms);
    if (n < 0) return errno == EINTR ? 0 : -errno;
    return n == 0 ? 0 : p.revents;
}

// ---- Names and interfaces --------------------------------------------------------------------------------------

struct hl_lookup {
    /// 0 or an EAI_ code.
    int code;
    /// errno when the code is EAI_SYSTEM.
    int system;
    /// How many addresses were written.
    int count;
};

/// getaddrinfo for stream sockets of both families, in the order it gives; ports are 0.
static inline struct hl_lookup hl_lookup_host(const char *host, struct hl_address *out, int capacity) {
    struct hl_lookup result = {0, 0, 0};
    struct addrinfo hints;
    struct addrinfo *list = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    errno = 0;
    result.code = getaddrinfo(host, NULL, &hints, &list);
    if (result.code != 0) {
        result.system = errno;
        return result;
    }
    for (struct addrinfo *i = list; i != NULL && result.count < capacity; i = i->ai_next) {
        struct sockaddr_storage s;
        if (i->ai_family != AF_INET && i->ai_family != AF_INET6) continue;
        memset(&s, 0, sizeof s);
        memcpy(&s, i->ai_addr, i->ai_addrlen < sizeof s ? i->ai_addrlen : sizeof s);
        out[result.count++] = hl_address_from(&s);
    }
    freeaddrinfo(list);
    return result;
}

/// The addresses of this machine's interfaces: how many were written, or -errno.
static inline int hl_interface_addresses(struct hl_address *out, int capacity) {
    struct ifaddrs *list = NULL;
    int count = 0;
    if (getifaddrs(&list) != 0) return -errno;
    for (struct ifaddrs *i = list; i != NULL && count < capacity; i = i->ifa_next) {
        struct sockaddr_storage s;
        if (i->ifa_addr == NULL) continue;
        memset(&s, 0, sizeof s);
        if (i->ifa_addr->sa_family == AF_INET) memcpy(&s, i->ifa_addr, sizeof(struct sockaddr_in));
        else if (i->ifa_addr->sa_family == AF_INET6) memcpy(&s, i->ifa_addr, sizeof(struct sockaddr_in6));
        else continue;
        out[count++] = hl_address_from(&s);
    }
    freeifaddrs(list);
    return count;
}

// ---- Signals ---------------------------------------------------------------------------------------------------

/// A signal as one bit, so that sets travel by value.
static inline uint64_t hl_signal_bit(int signal) { return (uint64_t)1 << (signal - 1); }

static inline void hl_signal_set(uint64_t bits, sigset_t *set) {
    sigemptyset(set);
    for (int s = 1; s <= 64; s++) if (bits & hl_signal_bit(s)) sigaddset(set, s);
}

/// Blocks these signals in the calling thread and in every thread it starts; 0 or -errno.
static inline int hl_block_signals(uint64_t bits) {
    sigset_t set;
    hl_signal_set(bits, &set);
    return -pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/// Lets these signals through again: a child about to exec another program wants that; 0 or -errno.
static inline int hl_unblock_signals(uint64_t bits) {
    sigset_t set;
    hl_signal_set(bits, &set);
    return -pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static inline int hl_signalfd(uint64_t bits) {
    sigset_t set;
    hl_signal_set(bits, &set);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd >= 0 ? fd : -errno;
}

/// The next pending signal's number, 0 when there is none, or -errno.
static inline int hl_next_signal(int fd) {
    struct signalfd_siginfo info;
    ssize_t n;
    do n = read(fd, &info, sizeof info); while (n < 0 && errno == EINTR);
    if (n == (ssize_t)sizeof info) return (int)info.ssi_signo;
    return n < 0 && errno != EAGAIN ? -errno : 0;
}

static inline void hl_ignore_sigpipe(void) {
    signal(SIGPIPE, SIG_IGN);
    // A file that may not grow (ulimit -f) is a full disk to us: write says EFBIG.
    signal(SIGXFSZ, SIG_IGN);
}

/// Sends a signal to the calling thread alone.
static inline int hl_raise(int signal) { return -pthread_kill(pthread_self(), signal); }

// ---- The process and the terminal ------------------------------------------------------------------------------

/// Raises the soft limit of descriptors to the hard one; the limit now in force, or -errno.
static inline int64_t hl_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    if (limit.rlim_cur < limit.rlim_max) {
        rlim_t before = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    return limit.rlim_cur > (rlim_t)INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}

/// Keeps the kernel from writing this process's memory down when it crashes; 0 or -errno.
///
/// A limit of 1 is too small for any file and is what tells the kernel not to run a collector either (core(5)); 0 would
/// not stop a collector.
static inline int hl_forbid_core_dumps(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0) return -errno;
    limit.rlim_cur = limit.rlim_max < 1 ? limit.rlim_max : 1;
    return setrlimit(RLIMIT_CORE, &limit) == 0 ? 0 : -errno;
}

/// Columns of the terminal behind a descriptor, 0 when there is none.
static inline int hl_terminal_width(int fd) {
    struct winsize size;
    memset(&size, 0, sizeof size);
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// The machine's name, NUL-terminated if it fits; 0 or -errno.
static inline int hl_host_name(uint8_t *out, size_t capacity) {
    return gethostname((char *)out, capacity) == 0 ? 0 : -errno;
}

struct hl_opened {
    /// The descriptor, or -errno.
    int fd;
    /// Size in bytes, and whether it is a regular file or a directory.
    int64_t size;
    int regular;
    int directory;
};

/// Opens for reading without waiting on a FIFO, and says what it is.
static inline struct hl_opened hl_open_for_reading(const char *path) {
    struct hl_opened result = {-1, 0, 0, 0};
    struct stat info;
    int fd;
    do fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        result.fd = -errno;
        return result;
    }
    if (fstat(fd, &info) != 0) {
        result.fd = -errno;
        close(fd);
        return result;
    }
    result.fd = fd;
    result.size = info.st_size;
    result.regular = S_ISREG(info.st_mode);
    result.directory = S_ISDIR(info.st_mode);
    return result;
}

static inline ssize_t hl_read(int fd, void *bytes, size_t count) {
    ssize_t n;
    do n = read(fd, bytes, count); while (n < 0 && errno == EINTR);
    return n >= 0 ? n : -errno;
}

static inline ssize_t hl_write(int fd, const void *bytes, size_t count) {
    ssize_t n;
    do n = write(fd, bytes, count); while (n < 0 && errno == EINTR);
    return n >= 0 ? n : -errno;
}

// ---- Threads ---------------------------------------------------------------------------------------------------

/// A condition variable whose deadlines are on CLOCK_MONOTONIC, so a stepped wall clock cannot stretch a wait.
static inline int hl_cond_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int code = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return code;
}

/// Waits until a monotonic moment in microseconds; ETIMEDOUT when it has passed.
static inline int hl_cond_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t monotonic_us) {
    struct timespec t = {.tv_sec = monotonic_us / 1000000, .tv_nsec = (monotonic_us % 1000000) * 1000};
    return pthread_cond_timedwait(condition, mutex, &t);
}

/// Starts a detached thread; 0 or an errno.
static inline int hl_start_thread(void *(*body)(void *), void *argument, size_t stack) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (stack > 0) pthread_attr_setstacksize(&attributes, stack);
    int code = pthread_create(&thread, &attributes, body, argument);
    pthread_attr_destroy(&attributes);
    return code;
}

/// Names the calling thread; the kernel keeps 15 characters.
static inline void hl_name_thread(const char *name) {
    char short_name[16];
    strncpy(short_name, name, sizeof short_name - 1);
    short_name[sizeof short_name - 1] = 0;
    pthread_setname_np(pthread_self(), short_name);
}

#endif
