#include "weights.h"

#include <string.h>
#include <ttst.h>

__extension__ typedef unsigned __int128 u128;

/* Readies the weights for `count` of them. */
static bool begin(struct weights *weights, Py_ssize_t count)
{
    weights->count = 0;
    weights->total = 0;
    weights->sums = weights->few_sums;
    if (count == 0) {
        PyErr_SetString(PyExc_ValueError, "weights must not be empty");
        return false;
    }
    if (count > WEIGHTS_FEW) {
        weights->sums = PyMem_New(uint64_t, (size_t)count);
        if (weights->sums == NULL) {
            weights->sums = weights->few_sums;
            PyErr_NoMemory();
            return false;
        }
    }
    return true;
}

static bool add(struct weights *weights, int64_t weight)
{
    size_t index = weights->count;
    if (weight < 0) {
        PyErr_Format(PyExc_ValueError, "weights[%zu] must not be negative, and is %lld", index,
                     (long long)weight);
        return false;
    }
    weights->total += (uint64_t)weight;
    if (weights->total > INT64_MAX) {
        PyErr_SetString(PyExc_OverflowError, "weights must add up to less than 2**63");
        return false;
    }
    if (index < WEIGHTS_FEW)
        weights->few[index] = (uint32_t)weight;
    weights->sums[index] = weights->total;
    weights->count = index + 1;
    return true;
}

static bool end(const struct weights *weights)
{
    if (weights->total == 0) {
        PyErr_SetString(PyExc_ValueError, "weights must not all be 0");
        return false;
    }
    return true;
}

static bool too_large(size_t index)
{
    PyErr_Format(PyExc_OverflowError, "weights[%zu] must be below 2**63", index);
    return false;
}

/* Adds any int, and what knows which int it stands for, as numpy's whole numbers do. */
static bool add_number(struct weights *weights, PyObject *item)
{
    if (!PyIndex_Check(item)) {
        PyErr_Format(PyExc_TypeError, "weights[%zu] must be a whole number, not %.100s",
                     weights->count, Py_TYPE(item)->tp_name);
        return false;
    }
    Py_INCREF(item); /* its own code may run, and change the list */
    PyObject *number = PyNumber_Index(item);
    Py_DECREF(item);
    if (number == NULL)
        return false;
    int sign;
    long long weight = PyLong_AsLongLongAndOverflow(number, &sign);
    Py_DECREF(number);
    if (sign > 0)
        return too_large(weights->count);
    return add(weights, sign < 0 ? INT64_MIN : weight);
}

/* The value of an int below 2^30, or -1: the calls that take any int cost more than all the rest.
 */
static inline int64_t small_int(PyObject *item)
{
    if (!PyLong_CheckExact(item))
        return -1;
#if PY_VERSION_HEX >= 0x030C0000
    const PyLongObject *number = (const PyLongObject *)item;
    return PyUnstable_Long_IsCompact(number) ? PyUnstable_Long_CompactValue(number) : -1;
#else
    switch (Py_SIZE(item)) {
    case 0:
        return 0;
    case 1:
        return ((const PyLongObject *)item)->ob_digit[0];
    default:
        return -1;
    }
#endif
}

/* `source` is a list or a tuple. */
static bool fill_from_sequence(struct weights *weights, PyObject *source)
{
    Py_ssize_t count = PySequence_Fast_GET_SIZE(source);
    if (!begin(weights, count))
        return false;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PySequence_Fast_GET_SIZE(source) != count) {
            PyErr_SetString(PyExc_RuntimeError, "weights changed while they were read");
            return false;
        }
        PyObject *item = PySequence_Fast_GET_ITEM(source, i);
        int64_t weight = small_int(item);
        if (!(weight >= 0 ? add(weights, weight) : add_number(weights, item)))
            return false;
    }
    return end(weights);
}

/* How a buffer's numbers lie there. */
struct layout {
    unsigned size; /* bytes of each: 1, 2, 4 or 8 */
    bool is_signed;
};

/* Reads a format as the module struct has it; false if it is none of one whole number. */
static bool parse_format(const char *format, Py_ssize_t size, struct layout *out)
{
    char native = PY_LITTLE_ENDIAN ? '<' : '>';
    if (format[0] == '@' || format[0] == '=' || format[0] == native)
        format++;
    if (format[0] == '\0' || format[1] != '\0' || strchr("bBhHiIlLqQnN", format[0]) == NULL)
        return false;
    *out = (struct layout){.size = (unsigned)size, .is_signed = strchr("bhilqn", *format) != NULL};
    return size == 1 || size == 2 || size == 4 || size == 8;
}

/* Where it is unsigned, what is beyond int64_t comes out negative. */
static int64_t number_at(const char *at, struct layout layout)
{
    union {
        int8_t i8;
        int16_t i16;
        int32_t i32;
        int64_t i64;
        uint8_t u8;
        uint16_t u16;
        uint32_t u32;
    } number;
    memcpy(&number, at, layout.size); /* it need not be aligned */
    switch (layout.size) {
    case 1:
        return layout.is_signed ? number.i8 : number.u8;
    case 2:
        return layout.is_signed ? number.i16 : number.u16;
    case 4:
        return layout.is_signed ? number.i32 : (int64_t)number.u32;
    default:
        return number.i64;
    }
}

static bool fill_from_view(struct weights *weights, const Py_buffer *view)
{
    struct layout layout;
    const char *format = view->format == NULL ? "B" : view->format;
    if (view->ndim != 1) {
        PyErr_Format(PyExc_ValueError, "weights must have 1 dimension, not %d", view->ndim);
        return false;
    }
    if (!parse_format(format, view->itemsize, &layout)) {
        PyErr_Format(PyExc_TypeError,
                     "weights must be whole numbers as this machine has them, not of the format "
                     "'%.20s'",
                     format);
        return false;
    }
    if (!begin(weights, view->shape[0]))
        return false;
    const char *at = view->buf;
    for (Py_ssize_t i = 0; i < view->shape[0]; i++, at += view->strides[0]) {
        int64_t weight = number_at(at, layout);
        if (weight < 0 && !layout.is_signed)
            return too_large((size_t)i);
        if (!add(weights, weight))
            return false;
    }
    return end(weights);
}

bool weights_fill(struct weights *weights, PyObject *source)
{
    weights->sums = weights->few_sums;
    bool is_filled;
    if (PyList_Check(source) || PyTuple_Check(source)) {
        is_filled = fill_from_sequence(weights, source);
    } else if (PyObject_CheckBuffer(source)) {
        Py_buffer view;
        if (PyObject_GetBuffer(source, &view, PyBUF_RECORDS_RO) != 0)
            return false;
        is_filled = fill_from_view(weights, &view);
        PyBuffer_Release(&view);
    } else {
        PyErr_Format(PyExc_TypeError,
                     "weights must be a list, a tuple or a buffer of whole numbers, not %.100s",
                     Py_TYPE(source)->tp_name);
        return false;
    }
    if (!is_filled)
        weights_release(weights);
    return is_filled;
}

void weights_release(struct weights *weights)
{
    if (weights->sums != weights->few_sums)
        PyMem_Free(weights->sums);
    weights->sums = weights->few_sums;
}

size_t weights_draw(const struct weights *weights, uint64_t random)
{
    if (weights->count <= WEIGHTS_FEW && weights->total <= UINT32_MAX)
        return (size_t)ttst_sample(weights->few, (unsigned)weights->count,
                                   (uint32_t)(random >> 32));
    /* The first sum above r, which no weight of 0 has. */
    uint64_t r = (uint64_t)(((u128)random * weights->total) >> 64);
    size_t low = 0;
    size_t high = weights->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (weights->sums[middle] > r)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
