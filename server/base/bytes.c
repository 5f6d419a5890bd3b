#include "base/bytes.h"

void bytes_put_u32(char *out, uint32_t number)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (char)(number >> (8 * i));
}

void bytes_put_u64(char *out, uint64_t number)
{
    bytes_put_u32(out, (uint32_t)number);
    bytes_put_u32(out + 4, (uint32_t)(number >> 32));
}

void bytes_add_u32(struct text *out, uint32_t number)
{
    char bytes[4];
    bytes_put_u32(bytes, number);
    text_add(out, bytes, sizeof bytes);
}

void bytes_add_u64(struct text *out, uint64_t number)
{
    bytes_add_u32(out, (uint32_t)number);
    bytes_add_u32(out, (uint32_t)(number >> 32));
}

const char *reader_take(struct reader *reader, size_t size)
{
    if (reader->failed || reader->size < size) {
        reader->failed = true;
        return NULL;
    }
    const char *taken = reader->bytes;
    reader->bytes += size;
    reader->size -= size;
    return taken;
}

uint32_t reader_u32(struct reader *reader)
{
    const char *bytes = reader_take(reader, 4);
    uint32_t number = 0;
    for (unsigned i = 0; bytes != NULL && i < 4; i++)
        number |= (uint32_t)(unsigned char)bytes[i] << (8 * i);
    return number;
}

uint64_t reader_u64(struct reader *reader)
{
    uint64_t low = reader_u32(reader);
    return low | (uint64_t)reader_u32(reader) << 32;
}
