#include "api/codec_version.h"

#include "api/codec_json.h"

void codec_encode_version(const struct version *version, struct text *out)
{
    codec_write(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "version", version->version, "commit",
                          version->commit, "kernel", version->kernel, "libmicrohttpd",
                          version->libmicrohttpd, "sqlite", version->sqlite, "jansson",
                          jansson_version_str()),
                out);
}
