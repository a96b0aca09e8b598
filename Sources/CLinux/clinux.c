#include "clinux.h"

/// Swift's Glibc module, linked in statically, refers to `hypotf`, which glibc versioned anew in 2.35: with this one the
/// executable and the bridge go on running with 2.34. The same arithmetic as glibc's.
__attribute__((visibility("hidden"))) float hypotf(float x, float y) {
    return (float)__builtin_sqrt((double)x * x + (double)y * y);
}
