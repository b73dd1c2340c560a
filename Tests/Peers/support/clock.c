/* Preloaded into hoplens by the clock tests: the wall clock runs so many microseconds ahead as the file named by
   HOPLENS_TEST_CLOCK says in its first eight bytes. The monotonic clock is left alone, as it is when somebody sets
   the time. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *ahead;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int file = open(getenv("HOPLENS_TEST_CLOCK"), O_RDONLY | O_CLOEXEC);
    ahead = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *t) {
    int code = real(clock, t);
    if (code == 0 && clock == CLOCK_REALTIME && ahead) {
        int64_t microseconds = (int64_t)t->tv_sec * 1000000 + t->tv_nsec / 1000 + *ahead;
        t->tv_sec = microseconds / 1000000;
        t->tv_nsec = microseconds % 1000000 * 1000;
    }
    return code;
}

time_t time(time_t *out) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (out) *out = t.tv_sec;
    return t.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    struct timespec t;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &t);
    out->tv_sec = t.tv_sec;
    out->tv_usec = t.tv_nsec / 1000;
    return 0;
}
