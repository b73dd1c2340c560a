/* libssl and libcrypto (OpenSSL 3.0) as Swift can see them. Swift imports functions and plain constants; what OpenSSL
 * offers only as a macro, a union or a function marked deprecated gets a small static inline function here. No state
 * and no policy: which options are set, and why, stands in module Secure. */
#ifndef HOPLENS_COPENSSL_SHIM_H
#define HOPLENS_COPENSSL_SHIM_H

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* Macros around SSL_CTX_ctrl and SSL_ctrl. */

static inline int shim_ctx_set_min_version_tls12(SSL_CTX *ctx) {
    return (int)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
}

static inline void shim_ctx_set_modes(SSL_CTX *ctx) {
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                              | SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_read_ahead(ctx, 1);
}

static inline void shim_ctx_set_options(SSL_CTX *ctx, int server) {
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    if (server) { SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA); }
}

static inline void shim_ctx_cache_client_sessions(SSL_CTX *ctx) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

static inline void shim_ctx_cache_nothing(SSL_CTX *ctx) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
}

static inline int shim_ctx_add_chain_certificate(SSL_CTX *ctx, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(ctx, certificate);
}

static inline int shim_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

/* Whether the last read from the socket brought less than there was room for, noted at the BIO, which alone sees each
 * recv: then the socket was empty at that moment, and asking once more would only bring EAGAIN. libssl makes several
 * reads in one SSL_read, some of just the bytes a record still lacks, so neither counts nor sizes would tell. */
static long shim_note_read(BIO *bio, int operation, const char *bytes, size_t room, int i, long l, int result,
                           size_t *count) {
    (void)bytes, (void)i, (void)l;
    if (operation == (BIO_CB_READ | BIO_CB_RETURN)) {
        size_t got = result > 0 && count != NULL ? *count : 0;
        BIO_set_callback_arg(bio, (char *)(uintptr_t)(got < room));
    }
    return result;
}

/* Ties a connection to its owner in Swift, and notes its reads. */
static inline void shim_attach(SSL *ssl, void *owner) {
    BIO *bio = SSL_get_rbio(ssl);
    if (bio != NULL) { BIO_set_callback_ex(bio, shim_note_read); }
    SSL_set_ex_data(ssl, 0, owner);
}

/* SSL_read_ex, which also says whether it has left nothing behind, neither in libssl nor in the socket. Only a read from
 * the socket in this very call counts: since an earlier one more may have come, and its event may be over. */
static inline int shim_read(SSL *ssl, void *bytes, size_t room, size_t *count, int *drained) {
    BIO *bio = SSL_get_rbio(ssl);
    if (bio != NULL) { BIO_set_callback_arg(bio, NULL); }
    int result = SSL_read_ex(ssl, bytes, room, count);
    if (result == 1) {
        *drained = bio != NULL && BIO_get_callback_arg(bio) != NULL && SSL_has_pending(ssl) == 0;
    }
    return result;
}

/* Error codes: macros until 3.0, inline functions since, so wrapped to be sure. */

static inline int shim_error_reason(unsigned long code) { return ERR_GET_REASON(code); }
static inline int shim_error_library(unsigned long code) { return ERR_GET_LIB(code); }

/* Certificates: stacks are macros, the value of a general name is a union. */

static inline int shim_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

/* The bytes of a name, or NULL when it is neither a DNS name nor an address; the type is GEN_DNS or GEN_IPADD. */
static inline const unsigned char *shim_name_at(const GENERAL_NAMES *names, int index, int *type, int *length) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    const ASN1_STRING *text = NULL;
    *type = name->type;
    if (name->type == GEN_DNS) { text = name->d.dNSName; }
    if (name->type == GEN_IPADD) { text = name->d.iPAddress; }
    if (text == NULL) { return NULL; }
    *length = ASN1_STRING_length(text);
    return ASN1_STRING_get0_data(text);
}

static inline GENERAL_NAMES *shim_subject_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}

/* A distinguished name on one line; UTF-8 stays as it is instead of being escaped byte by byte. */
static inline int shim_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
}

static inline long shim_bio_bytes(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

/* libssl writes with write(2), which raises SIGPIPE on a connection the peer has closed. A handler somebody set stays. */
static inline void shim_ignore_sigpipe(void) {
    struct sigaction now;
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL) { signal(SIGPIPE, SIG_IGN); }
}

/* HMAC-SHA-256 (RFC 2104) with the two key blocks hashed once. The SHA256_ functions are deprecated in favour of EVP,
 * whose contexts live on the heap; these states are plain structs that a call copies to its stack. */
typedef struct {
    SHA256_CTX inner;
    SHA256_CTX outer;
} shim_hmac;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* The key must be at most one block (64 bytes); the caller hashes a longer one first. */
static inline void shim_hmac_init(shim_hmac *state, const unsigned char *key, size_t length) {
    unsigned char inner[64], outer[64];
    for (size_t i = 0; i < 64; i++) {
        unsigned char byte = i < length ? key[i] : 0;
        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    SHA256_Init(&state->inner);
    SHA256_Update(&state->inner, inner, 64);
    SHA256_Init(&state->outer);
    SHA256_Update(&state->outer, outer, 64);
    OPENSSL_cleanse(inner, 64);
    OPENSSL_cleanse(outer, 64);
}

static inline void shim_hmac_compute(const shim_hmac *state, const unsigned char *bytes, size_t length,
                                     unsigned char *out) {
    SHA256_CTX hash = state->inner;
    SHA256_Update(&hash, bytes, length);
    SHA256_Final(out, &hash);
    hash = state->outer;
    SHA256_Update(&hash, out, 32);
    SHA256_Final(out, &hash);
}

#pragma GCC diagnostic pop

#endif
