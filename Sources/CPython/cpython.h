// The limited API of CPython 3.10: one extension file serves 3.10 and everything after it (PEP 384, PEP 652).
// Newer functions are looked up by name at run time. The inline functions lift macros and globals that Swift does not
// import; every one needs the interpreter lock.
#ifndef PLAIT_CPYTHON_H
#define PLAIT_CPYTHON_H
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000
#define _GNU_SOURCE 1
// Swift's Glibc module reads this header without the X/Open names; fd_set must look alike in every module.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <Python.h>

/// Borrowed, immortal for the process's life.
static inline PyObject *cpy_none(void) { return Py_None; }
static inline PyObject *cpy_true(void) { return Py_True; }
static inline PyObject *cpy_false(void) { return Py_False; }
static inline PyObject *cpy_runtime_error(void) { return PyExc_RuntimeError; }
static inline PyObject *cpy_assertion_error(void) { return PyExc_AssertionError; }
static inline PyObject *cpy_type_error(void) { return PyExc_TypeError; }
static inline PyObject *cpy_value_error(void) { return PyExc_ValueError; }
static inline PyObject *cpy_os_error(void) { return PyExc_OSError; }

static inline int cpy_is_str(PyObject *o) { return PyUnicode_Check(o); }
static inline int cpy_is_bytes(PyObject *o) { return PyBytes_Check(o); }
static inline int cpy_is_list(PyObject *o) { return PyList_Check(o); }
static inline int cpy_is_tuple(PyObject *o) { return PyTuple_Check(o); }
static inline int cpy_is_exact_list(PyObject *o) { return Py_IS_TYPE(o, &PyList_Type); }
static inline int cpy_is_exact_tuple(PyObject *o) { return Py_IS_TYPE(o, &PyTuple_Type); }
static inline int cpy_is_exception_class(PyObject *o) { return PyExceptionClass_Check(o); }
static inline int cpy_is_type(PyObject *o, PyObject *type) { return Py_IS_TYPE(o, (PyTypeObject *)type); }
static inline int cpy_is_alone(PyObject *o) { return Py_REFCNT(o) == 1; }

static inline void cpy_retain(PyObject *o) { Py_INCREF(o); }
static inline void cpy_release(PyObject *o) { Py_DECREF(o); }
static inline PyTypeObject *cpy_type(PyObject *o) { return Py_TYPE(o); }

/// The first byte behind the object's header, where a type of ours keeps its fields.
static inline void *cpy_fields(PyObject *o) { return (char *)o + sizeof(PyObject); }
/// Applications cannot make instances of our types: their fields would be empty (the flag is 3.10's).
enum { CPY_CLOSED_TYPE = Py_TPFLAGS_DEFAULT | (1UL << 7) /* Py_TPFLAGS_DISALLOW_INSTANTIATION */ };
static inline int cpy_fields_size(int bytes) { return (int)sizeof(PyObject) + bytes; }
static inline PyObject *cpy_new(PyObject *type) { return PyType_GenericAlloc((PyTypeObject *)type, 0); }
/// tp_dealloc of our heap types, which hold no references that a collector must see.
static inline void cpy_free(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static inline PyObject *cpy_module_create(PyModuleDef *definition) { return PyModule_Create(definition); }
static inline void cpy_definition(PyModuleDef *definition, const char *name, PyMethodDef *methods) {
    PyModuleDef blank = {PyModuleDef_HEAD_INIT, NULL, NULL, -1, NULL, NULL, NULL, NULL, NULL};
    *definition = blank;
    definition->m_name = name;
    definition->m_methods = methods;
}
#endif
