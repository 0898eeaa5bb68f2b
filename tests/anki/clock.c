/* The clock of a process, moved by `shift_ms`: loaded with LD_PRELOAD, so that real Anki lives through days in seconds. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

long long shift_ms = 0;

int clock_gettime(clockid_t id, struct timespec *t) {
    int result = syscall(SYS_clock_gettime, id, t);
    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        long long nanoseconds = t->tv_nsec + shift_ms % 1000 * 1000000;
        t->tv_sec += shift_ms / 1000;
        if (nanoseconds < 0) {
            nanoseconds += 1000000000;
            t->tv_sec--;
        } else if (nanoseconds >= 1000000000) {
            nanoseconds -= 1000000000;
            t->tv_sec++;
        }
        t->tv_nsec = nanoseconds;
    }
    return result;
}

int gettimeofday(struct timeval *v, void *zone) {
    struct timespec t;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &t);
    v->tv_sec = t.tv_sec;
    v->tv_usec = t.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (into) *into = t.tv_sec;
    return t.tv_sec;
}
