/*
 * chooser - a Python module that draws an index by weight, on libttst.
 *
 * Random bits are those of SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014), one state for the module. The interpreter's lock guards it. It begins
 * with bits of the operating system's, and so again in a forked process: two processes would
 * otherwise draw the same.
 */
#include "weights.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/random.h>

/* Draws between two looks at whether Ctrl-C was pressed. */
enum { DRAWS_AT_ONCE = 1 << 16 };

struct state {
    uint64_t random;
    unsigned forks; /* as counted when `random` was seeded */
};

static atomic_uint forks; /* that led to this process */

static void count_fork(void)
{
    atomic_fetch_add(&forks, 1);
}

static bool seed_by_system(struct state *state)
{
    if (getrandom(&state->random, sizeof state->random, 0) != sizeof state->random) {
        PyErr_SetFromErrno(PyExc_OSError);
        return false;
    }
    state->forks = atomic_load_explicit(&forks, memory_order_relaxed);
    return true;
}

/* Has to come before draws: NULL where there are no random bits to be had. */
static struct state *ready_state(PyObject *module)
{
    struct state *state = PyModule_GetState(module);
    if (state->forks != atomic_load_explicit(&forks, memory_order_relaxed) &&
        !seed_by_system(state))
        return NULL;
    return state;
}

static uint64_t next_random(struct state *state)
{
    uint64_t z = state->random += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

PyDoc_STRVAR(choose_doc, "choose($module, weights, /)\n--\n\n"
                         "An index, drawn with probability weight / sum of the weights.\n\n"
                         "weights: a list, a tuple or a buffer (such as a numpy array of one "
                         "dimension) of whole numbers of 0 or more, not all 0.");

static PyObject *choose(PyObject *module, PyObject *source)
{
    struct state *state = ready_state(module);
    struct weights weights;
    if (state == NULL || !weights_fill(&weights, source))
        return NULL;
    size_t index = weights_draw(&weights, next_random(state));
    weights_release(&weights);
    return PyLong_FromSize_t(index);
}

static bool draw_all(struct state *state, const struct weights *weights, PyObject *list)
{
    Py_ssize_t count = PyList_GET_SIZE(list);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i % DRAWS_AT_ONCE == DRAWS_AT_ONCE - 1 && PyErr_CheckSignals() != 0)
            return false;
        PyObject *index = PyLong_FromSize_t(weights_draw(weights, next_random(state)));
        if (index == NULL)
            return false;
        PyList_SET_ITEM(list, i, index);
    }
    return true;
}

PyDoc_STRVAR(choose_many_doc, "choose_many($module, weights, n, /)\n--\n\n"
                              "A list of n indices, drawn as by n calls of choose.");

static PyObject *choose_many(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 2)
        return PyErr_Format(PyExc_TypeError, "choose_many takes weights and n, not %zd arguments",
                            count);
    Py_ssize_t n = PyNumber_AsSsize_t(arguments[1], PyExc_OverflowError);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    if (n < 0)
        return PyErr_Format(PyExc_ValueError, "n must not be negative, and is %zd", n);
    struct state *state = ready_state(module);
    struct weights weights;
    if (state == NULL || !weights_fill(&weights, arguments[0]))
        return NULL;
    PyObject *list = PyList_New(n);
    if (list != NULL && !draw_all(state, &weights, list))
        Py_CLEAR(list);
    weights_release(&weights);
    return list;
}

PyDoc_STRVAR(seed_doc, "seed($module, n, /)\n--\n\n"
                       "From here on the same n, 0 to 2**64 - 1, gives the same draws.");

static PyObject *seed(PyObject *module, PyObject *argument)
{
    struct state *state = PyModule_GetState(module);
    PyObject *number = PyNumber_Index(argument);
    if (number == NULL)
        return NULL;
    uint64_t n = PyLong_AsUnsignedLongLong(number);
    Py_DECREF(number);
    if (n == UINT64_MAX && PyErr_Occurred()) {
        PyErr_SetString(PyExc_OverflowError, "n must be 0 to 2**64 - 1");
        return NULL;
    }
    state->random = n;
    state->forks = atomic_load_explicit(&forks, memory_order_relaxed);
    Py_RETURN_NONE;
}

static int begin_module(PyObject *module)
{
    return seed_by_system(PyModule_GetState(module)) ? 0 : -1;
}

static PyMethodDef functions[] = {
    {"choose", choose, METH_O, choose_doc},
    {"choose_many", (PyCFunction)(void (*)(void))choose_many, METH_FASTCALL, choose_many_doc},
    {"seed", seed, METH_O, seed_doc},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot slots[] = {{Py_mod_exec, __extension__(void *) begin_module}, {0, NULL}};

static struct PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT,
                                        .m_name = "chooser",
                                        .m_doc = "Draws an index by weight.",
                                        .m_size = sizeof(struct state),
                                        .m_methods = functions,
                                        .m_slots = slots};

PyMODINIT_FUNC PyInit_chooser(void); /* for the interpreter, which has no header that names it */

PyMODINIT_FUNC PyInit_chooser(void)
{
    static bool counts_forks; /* the interpreter's lock guards it */
    int failure = counts_forks ? 0 : pthread_atfork(NULL, NULL, count_fork);
    if (failure != 0) {
        errno = failure;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    counts_forks = true;
    return PyModuleDef_Init(&definition);
}
