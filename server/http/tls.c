#include "http/tls.h"

#include "base/file.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

enum { PEM_SIZE = 256 * 1024 + 1 }; /* with a NUL */

struct certificate {
    gnutls_certificate_credentials_t credentials;
    int64_t end_s;
    unsigned users;
};

/* A file's bytes, to be freed with forget(). */
static enum err read_pem(const char *path, gnutls_datum_t *out, struct fault *fault)
{
    struct fault why;
    size_t size = 0;
    char *bytes = malloc(PEM_SIZE);
    if (bytes == NULL)
        return fault_set(fault, ERR_NO_MEMORY, "tls", "no memory for %s", path);
    enum err err = file_read(path, PEM_SIZE, bytes, &size, &why);
    if (err != ERR_OK) {
        free(bytes);
        return fault_set(fault, err, "tls", "cannot read %s: %s", path, why.detail);
    }
    *out = (gnutls_datum_t){.data = (unsigned char *)bytes, .size = (unsigned)size};
    return ERR_OK;
}

static void forget(gnutls_datum_t *pem)
{
    if (pem->data != NULL)
        explicit_bzero(pem->data, pem->size);
    free(pem->data);
}

static int64_t end_of_chain(gnutls_certificate_credentials_t credentials)
{
    gnutls_x509_crt_t *chain = NULL;
    unsigned count = 0;
    int64_t end_s = 0;
    if (gnutls_certificate_get_x509_crt(credentials, 0, &chain, &count) != GNUTLS_E_SUCCESS)
        return 0;
    for (unsigned i = 0; i < count; i++) {
        const int64_t its_s = gnutls_x509_crt_get_expiration_time(chain[i]);
        if (i == 0 || its_s < end_s)
            end_s = its_s;
        gnutls_x509_crt_deinit(chain[i]);
    }
    gnutls_free(chain);
    return end_s;
}

/* GnuTLS sees to it that they go together. */
static struct certificate *create(const gnutls_datum_t *cert, const gnutls_datum_t *key)
{
    struct certificate *certificate = calloc(1, sizeof *certificate);
    if (certificate == NULL)
        return NULL;
    certificate->users = 1;
    if (gnutls_certificate_allocate_credentials(&certificate->credentials) != GNUTLS_E_SUCCESS) {
        free(certificate);
        return NULL;
    }
    if (gnutls_certificate_set_x509_key_mem(certificate->credentials, cert, key,
                                            GNUTLS_X509_FMT_PEM) < 0) {
        certificate_release(certificate);
        return NULL;
    }
    certificate->end_s = end_of_chain(certificate->credentials);
    return certificate;
}

enum err certificate_load(const char *cert_path, const char *key_path, struct certificate **out,
                          struct fault *fault)
{
    gnutls_datum_t cert = {.data = NULL};
    gnutls_datum_t key = {.data = NULL};
    enum err err = read_pem(cert_path, &cert, fault);
    if (err == ERR_OK)
        err = read_pem(key_path, &key, fault);
    struct certificate *certificate = err == ERR_OK ? create(&cert, &key) : NULL;
    if (err == ERR_OK && certificate == NULL)
        err = fault_set(fault, ERR_MALFORMED, "tls",
                        "%s and %s are not a certificate and its key in PEM", cert_path, key_path);
    forget(&key);
    forget(&cert);
    if (err == ERR_OK)
        *out = certificate;
    return err;
}

struct certificate *certificate_use(struct certificate *certificate,
                                    struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (info == NULL || info->tls_session == NULL)
        return NULL;
    certificate->users++;
    gnutls_credentials_set(info->tls_session, GNUTLS_CRD_CERTIFICATE, certificate->credentials);
    return certificate;
}

void certificate_release(struct certificate *certificate)
{
    if (certificate == NULL || --certificate->users > 0)
        return;
    gnutls_certificate_free_credentials(certificate->credentials);
    free(certificate);
}

int64_t certificate_end_s(const struct certificate *certificate)
{
    return certificate->end_s;
}

static int show_nothing(gnutls_session_t session, const gnutls_datum_t *authorities, int count,
                        const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
                        gnutls_pcert_st **out_chain, unsigned *out_length,
                        gnutls_privkey_t *out_key)
{
    (void)session, (void)authorities, (void)count, (void)algorithms, (void)algorithm_count;
    *out_chain = NULL;
    *out_length = 0;
    *out_key = NULL;
    return -1;
}

void *certificate_of_nobody(void)
{
    static const union {
        gnutls_certificate_retrieve_function2 *function;
        void *pointer;
    } nobody = {.function = show_nothing};
    return nobody.pointer;
}
