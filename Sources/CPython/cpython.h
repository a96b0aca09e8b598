// The limited API of CPython 3.10: one extension file serves 3.10 and everything after it (PEP 384, PEP 652).
// Newer functions are looked up by name at run time.
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000
#include <Python.h>
