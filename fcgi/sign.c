/* SPDX-License-Identifier: MIT */
/* Signed addresses of frozen pictures: see sign.h. */
#include "fcgi/sign.h"

#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "core/sha256.h"

#define PARTS 3 /* "s", EXPIRES, SIGNATURE stand before the address */

void
sign_make(const unsigned char key[SECRET_KEY_BYTES], int64_t expires_s,
	  const char *url, char out[SIGN_HEX + 1])
{
	unsigned char mac[SHA256_BYTES];
	char text[TARGET_SIZE + 32];
	int n =
	    snprintf(text, sizeof(text), "%lld %s", (long long)expires_s, url);

	hmac_sha256(key, SECRET_KEY_BYTES, text, n > 0 ? (size_t)n : 0, mac);
	secret_hex(mac, SIGN_HEX / 2, out);
}

/* The address with its range in absolute times. */
static int
freeze(const struct target *t, int64_t now_s, struct target *out,
       struct err *err)
{
	char url[TARGET_SIZE + 64], range[64];
	const char *slash = strrchr(t->url, '/');
	const char *rest = slash + strcspn(slash, ",.");
	struct uri uri;
	int n;

	(void)snprintf(range, sizeof(range), "%lld~%lld",
		       (long long)t->range.from_s, (long long)t->range.to_s);
	n = snprintf(url, sizeof(url), "%.*s/%s%s", (int)(slash - t->url),
		     t->url, range, rest);
	if (uri_parse(url, (size_t)n, &uri, err) != 0)
		return -1;
	return target_parse(&uri, now_s, out, err);
}

int
sign_url(const unsigned char key[SECRET_KEY_BYTES], int64_t expires_s,
	 const char *url, int64_t now_s, char out[SIGN_SIZE], struct err *err)
{
	const char *scheme = strstr(url, "://");
	const char *path = scheme != NULL ? strchr(scheme + 3, '/') : url;
	char signature[SIGN_HEX + 1];
	struct target t;
	struct uri uri;
	int n;

	if (path == NULL || path - url > 100)
		return err_set(err, ERR_INVALID,
			       "\"%.60s\" is not an address of a picture", url);
	if (uri_parse(path, strlen(path), &uri, err) != 0)
		return -1;
	if (uri.n_segments == 0 || strcmp(uri.segments[0], "g") != 0)
		return err_set(err, ERR_INVALID,
			       "\"%.60s\" is not an address of a picture "
			       "(/g/…)",
			       path);
	if (target_parse(&uri, now_s, &t, err) != 0)
		return -1;
	if (!t.range.absolute && freeze(&t, now_s, &t, err) != 0)
		return -1;
	sign_make(key, expires_s, t.url, signature);
	n = snprintf(out, SIGN_SIZE, "%.*s/s/%lld/%s%s", (int)(path - url), url,
		     (long long)expires_s, signature, t.url);
	if (n < 0 || n >= SIGN_SIZE)
		return err_set(err, ERR_TOO_LARGE, "the address is too long");
	return 0;
}

static int
check_signature(const unsigned char key[SECRET_KEY_BYTES],
		const struct uri *uri, const struct target *t, int64_t now_s,
		struct err *err)
{
	const char *given = uri->segments[2];
	char right[SIGN_HEX + 1];
	uint64_t expires_s;

	if (!number_u64(uri->segments[1], strlen(uri->segments[1]),
			&expires_s) ||
	    expires_s > (uint64_t)INT64_MAX ||
	    (uri->segments[1][0] == '0' && uri->segments[1][1] != '\0'))
		return err_set(err, ERR_INVALID,
			       "the expiry is not epoch seconds");
	if (strlen(given) != SIGN_HEX)
		return err_set(err, ERR_INVALID,
			       "the signature has not %d digits", SIGN_HEX);
	sign_make(key, (int64_t)expires_s, t->url, right);
	if (!secret_equal(given, right, SIGN_HEX))
		return err_set(err, ERR_DENIED, "the signature is wrong");
	if (expires_s != 0 && (int64_t)expires_s < now_s)
		return err_set(err, ERR_DENIED, "the address has expired");
	return 0;
}

int
sign_check(const unsigned char key[SECRET_KEY_BYTES], const struct uri *uri,
	   int64_t now_s, struct target *out, struct err *err)
{
	struct uri inner = {.slash = uri->slash, .has_query = uri->has_query};
	struct target *t = out;

	if (uri->n_segments <= PARTS || strcmp(uri->segments[PARTS], "g") != 0)
		return err_set(err, ERR_NOT_FOUND,
			       "a signed picture is /s/EXPIRES/SIGNATURE/g/…");
	inner.n_segments = uri->n_segments - PARTS;
	memcpy(inner.segments, uri->segments + PARTS,
	       inner.n_segments * sizeof(inner.segments[0]));
	if (target_parse(&inner, now_s, t, err) != 0)
		return -1;
	if (!t->canonical || !t->range.absolute)
		return err_set(err, ERR_INVALID,
			       "a signed address has times of its own");
	return check_signature(key, uri, t, now_s, err);
}
