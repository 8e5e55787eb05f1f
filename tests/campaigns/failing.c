/* Makes one chosen write to a store fail: preloaded, and told from inside by fail_at(). Counts writes, syncs and
   changes of size of files whose name holds "voronka.db". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long left = -1; /* calls until the one that fails; below 0: none will */
static int code = 0;
static long seen = 0;

void fail_at(long n, int error) { left = n; code = error; seen = 0; }
long calls(void) { return seen; }

static int fails(int fd) {
  char link[64], path[PATH_MAX];
  ssize_t length;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!strstr(path, "voronka.db")) return 0;
  seen++;
  if (left < 0 || --left > 0) return 0;
  left = -1;
  errno = code;
  return 1;
}

#define SHIM(type, name, parameters, arguments)                          \
  type name parameters {                                                 \
    static type (*real) parameters;                                      \
    if (!real) real = (type (*) parameters)dlsym(RTLD_NEXT, #name);      \
    return fails(fd) ? (type)-1 : real arguments;                        \
  }

SHIM(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
SHIM(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
SHIM(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
SHIM(int, fsync, (int fd), (fd))
SHIM(int, fdatasync, (int fd), (fd))
SHIM(int, ftruncate, (int fd, off_t size), (fd, size))
SHIM(int, ftruncate64, (int fd, off64_t size), (fd, size))
