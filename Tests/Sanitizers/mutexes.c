// Tells ThreadSanitizer what Swift's Mutex does when two threads want it at once.
//
// The quick way in and out of a Mutex is inlined into our code, where the sanitizer sees it. The slow way is in
// libswiftSynchronization.so, which is not built with the sanitizer and waits in the kernel: to the sanitizer, a thread
// that had to wait never took the lock, and all that it does under it looks like a race. Nothing is suppressed for that:
// preloaded, these two functions stand before the library's own, call them, and say what happened.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

// Missing in a process without the sanitizer, such as the one that starts the tests.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

// Methods of _MutexHandle: the handle itself is in Swift's context register.
#define METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef METHOD void LockMethod(uint32_t thread, SELF void *handle);
typedef METHOD void UnlockMethod(SELF void *handle);

METHOD void lock_slowly(uint32_t thread, SELF void *handle) __asm__(LOCK);
METHOD void unlock_slowly(SELF void *handle) __asm__(UNLOCK);

static LockMethod *next_lock;
static UnlockMethod *next_unlock;

// In the loader, before there is a second thread.
__attribute__((constructor)) static void find_next(void) {
    next_lock = (LockMethod *)dlsym(RTLD_NEXT, LOCK);
    next_unlock = (UnlockMethod *)dlsym(RTLD_NEXT, UNLOCK);
}

METHOD void lock_slowly(uint32_t thread, SELF void *handle) {
    // Another version of the library has other names, and then these are never called.
    if (!next_lock) abort();
    next_lock(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

METHOD void unlock_slowly(SELF void *handle) {
    if (!next_unlock) abort();
    if (__tsan_release) __tsan_release(handle);
    next_unlock(handle);
}
