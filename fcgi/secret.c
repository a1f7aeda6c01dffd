/* SPDX-License-Identifier: MIT */
/* Tokens and the signing key: see secret.h. */
#include "fcgi/secret.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/sha256.h"
#include "core/state.h"

#define FILE_MAX 65536

void
secret_hex(const unsigned char *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

bool
secret_equal(const void *a, const void *b, size_t n)
{
	const volatile unsigned char *p = a, *q = b;
	unsigned char differ = 0;

	for (size_t i = 0; i < n; i++)
		differ |= p[i] ^ q[i];
	return differ == 0;
}

int
secret_random(unsigned char *out, size_t n, struct err *err)
{
	ssize_t got;

	do
		got = getrandom(out, n, 0);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)n)
		return err_sys(err, errno, "random bytes");
	return 0;
}

bool
secret_name_valid(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= SECRET_NAME_MAX && name[n] == '\0' &&
	       name[0] != '-' && name[0] != '_';
}

/* A secret file's text; refused when others may read it. */
static int
read_secret(const char *path, struct buf *b, struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_sys(err, errno, "%s", path);
	if (st.st_mode & (S_IROTH | S_IWOTH))
		return err_set(err, ERR_CONFIG,
			       "%s: everybody may read it (chmod o-rwx it)",
			       path);
	return file_read(path, b, err);
}

static void
token_hash(const char *token, char out[SECRET_HEX_SIZE])
{
	unsigned char hash[SHA256_BYTES];
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, token, strlen(token));
	sha256_end(&s, hash);
	secret_hex(hash, sizeof(hash), out);
}

/* The next "NAME HEX" line: its length, 0 for one that is not of that form;
 * *name gets the name's length. */
static size_t
token_line(const char *line, size_t *name)
{
	size_t len = strcspn(line, "\n");

	*name = strcspn(line, " \n");
	if (*name == 0 || *name > SECRET_NAME_MAX ||
	    len != *name + 1 + SECRET_HEX_SIZE - 1)
		return 0;
	return len;
}

int
secret_token_match(const char *text, const char *token,
		   char out[SECRET_NAME_MAX + 1], struct err *err)
{
	char hash[SECRET_HEX_SIZE], found[SECRET_NAME_MAX + 1] = "";
	bool hit = false;

	token_hash(token, hash);
	/* all lines are compared, whichever matches */
	while (*text != '\0') {
		size_t name, len = token_line(text, &name);

		if (len > 0 &&
		    secret_equal(text + name + 1, hash, SECRET_HEX_SIZE - 1)) {
			memcpy(found, text, name);
			found[name] = '\0';
			hit = true;
		}
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	if (!hit)
		return err_set(err, ERR_DENIED, "the token is not known");
	memcpy(out, found, sizeof(found));
	return 0;
}

int
secret_token_find(const char *state, const char *token,
		  char out[SECRET_NAME_MAX + 1], struct err *err)
{
	char path[PATH_MAX];
	struct buf b;
	int rc;

	buf_init(&b, FILE_MAX);
	rc = state_path(state, STATE_TOKENS, path, sizeof(path), err);
	if (rc == 0)
		rc = read_secret(path, &b, err);
	if (rc == 0)
		rc = secret_token_match(b.data, token, out, err);
	buf_done(&b);
	return rc;
}

/* Rewrites the tokens file without name, and with line when not NULL. */
static int
rewrite(const char *state, const char *name, const char *line, bool *was_there,
	struct err *err)
{
	char path[PATH_MAX];
	struct buf old, new;
	struct err why = {0};
	int rc = -1;

	*was_there = false;
	buf_init(&old, FILE_MAX);
	buf_init(&new, FILE_MAX);
	if (state_path(state, STATE_TOKENS, path, sizeof(path), err) != 0)
		goto out;
	if (read_secret(path, &old, &why) != 0 && why.code != ERR_NOT_FOUND) {
		*err = why;
		goto out;
	}
	for (const char *p = old.data; *p != '\0';) {
		size_t n, len = strcspn(p, "\n");

		(void)token_line(p, &n);
		if (n == strlen(name) && memcmp(p, name, n) == 0) {
			*was_there = true;
		} else {
			buf_put(&new, p, len);
			buf_char(&new, '\n');
		}
		p += len;
		p += *p == '\n';
	}
	if (line != NULL)
		buf_str(&new, line);
	if (!buf_ok(&new))
		(void)err_set(err, ERR_FULL, "%s: too many tokens", path);
	else
		rc = file_write(path, new.data, new.len, 0600, err);
out:
	buf_done(&old);
	buf_done(&new);
	return rc;
}

int
secret_token_make(const char *state, const char *name,
		  char out[SECRET_HEX_SIZE], struct err *err)
{
	unsigned char bytes[SECRET_KEY_BYTES];
	char hash[SECRET_HEX_SIZE];
	struct buf line;
	bool was_there;
	int rc;

	if (!secret_name_valid(name))
		return err_set(err, ERR_INVALID,
			       "\"%.40s\" is not a token's name ([a-z0-9_-], "
			       "at most %d)",
			       name, SECRET_NAME_MAX);
	if (secret_random(bytes, sizeof(bytes), err) != 0)
		return -1;
	secret_hex(bytes, sizeof(bytes), out);
	token_hash(out, hash);
	buf_init(&line, 256);
	buf_fmt(&line, "%s %s\n", name, hash);
	rc = rewrite(state, name, line.data, &was_there, err);
	buf_done(&line);
	return rc;
}

int
secret_token_drop(const char *state, const char *name, struct err *err)
{
	bool was_there;

	if (rewrite(state, name, NULL, &was_there, err) != 0)
		return -1;
	if (!was_there)
		return err_set(err, ERR_NOT_FOUND, "there is no token %.40s",
			       name);
	return 0;
}

static int
parse_key(const char *path, const struct buf *b,
	  unsigned char out[SECRET_KEY_BYTES], struct err *err)
{
	size_t n = strspn(b->data, "0123456789abcdef");

	if (n != SECRET_HEX_SIZE - 1 || strspn(b->data + n, "\n") != b->len - n)
		return err_set(err, ERR_CORRUPT, "%s: not 64 hex digits", path);
	for (size_t i = 0; i < SECRET_KEY_BYTES; i++) {
		char hi = b->data[2 * i], lo = b->data[2 * i + 1];

		out[i] =
		    (unsigned char)((hi <= '9' ? hi - '0' : hi - 'a' + 10)
					<< 4 |
				    (lo <= '9' ? lo - '0' : lo - 'a' + 10));
	}
	return 0;
}

static int
make_key(const char *path, struct buf *b, struct err *err)
{
	unsigned char bytes[SECRET_KEY_BYTES];
	char text[SECRET_HEX_SIZE];

	if (secret_random(bytes, sizeof(bytes), err) != 0)
		return -1;
	secret_hex(bytes, sizeof(bytes), text);
	buf_reset(b);
	buf_str(b, text);
	buf_char(b, '\n');
	return file_write(path, b->data, b->len, 0600, err);
}

int
secret_sign_key(const char *state, bool make,
		unsigned char out[SECRET_KEY_BYTES], struct err *err)
{
	char path[PATH_MAX];
	struct err why = {0};
	struct buf b;
	int rc;

	if (state_path(state, STATE_SIGN_KEY, path, sizeof(path), err) != 0)
		return -1;
	buf_init(&b, 256);
	rc = read_secret(path, &b, &why);
	if (rc != 0 && make && why.code == ERR_NOT_FOUND)
		rc = make_key(path, &b, &why);
	if (rc == 0)
		rc = parse_key(path, &b, out, &why);
	if (rc != 0)
		*err = why;
	buf_done(&b);
	return rc;
}
