// What the archives that are linked in (Swift's runtime, libstdc++, libgcc) ask of a glibc newer than 2.34, where plait
// still has to run. Hidden: these are plait's own business, and the process's other libraries go on with glibc's.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#define OURS __attribute__((visibility("hidden")))

/// For Swift's Glibc module; versioned anew in 2.35. The same arithmetic as glibc's.
OURS float hypotf(float x, float y) {
    return (float)__builtin_sqrt((double)x * x + (double)y * y);
}

#if __GLIBC_PREREQ(2, 36)
/// For libstdc++'s std::random_device. The kernel's, as glibc's: a request of this size is not interrupted, and fails
/// only where the system call is forbidden.
OURS uint32_t arc4random(void) {
    uint32_t number;
    if (getrandom(&number, sizeof number, 0) != sizeof number) abort();
    return number;
}
#endif

#if __GLIBC_PREREQ(2, 35)
struct search {
    uintptr_t address;
    struct dl_find_object *found;
};

/// Whether this object, as loaded, holds the address; then where its unwind table is.
static int look_into(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    struct search *search = context;
    void *table = NULL;
    int holds = 0;
    for (ElfW(Half) i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_GNU_EH_FRAME) table = (void *)start;
        if (segment->p_type != PT_LOAD || search->address < start || search->address - start >= segment->p_memsz)
            continue;
        holds = 1;
        search->found->dlfo_map_start = (void *)start;
        search->found->dlfo_map_end = (void *)(start + segment->p_memsz);
    }
    search->found->dlfo_eh_frame = holds ? table : NULL;
    return holds;
}

/// For libgcc's unwinder, which reads nothing of the result but `dlfo_eh_frame`. The way it went before 2.35.
OURS int _dl_find_object(void *address, struct dl_find_object *result) {
    *result = (struct dl_find_object){0};
    struct search search = {(uintptr_t)address, result};
    return dl_iterate_phdr(look_into, &search) && result->dlfo_eh_frame ? 0 : -1;
}
#endif
