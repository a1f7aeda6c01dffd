/* SPDX-License-Identifier: MIT */
/* The address of a picture: see target.h.  Pure; fuzzed. */
#include "fcgi/target.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/number.h"
#include "core/opt.h"

#define PIXELS_MAX 4000000U

const struct target_word target_words[TARGET_OPTION__MAX] = {
    [TARGET_SIZED] = {"WIDTHxHEIGHT", 0,
		      "in pixels, 60x30 to 4000x4000, at most 4 megapixels"},
    [TARGET_2X] = {"2x", 0, "twice the pixels, for dense screens"},
    [TARGET_DARK] = {"dark", TARGET_BIT(TARGET_LIGHT),
		     "light ink on a dark ground"},
    [TARGET_LIGHT] = {"light", TARGET_BIT(TARGET_DARK),
		      "dark ink on a light ground (the default)"},
    [TARGET_STACK] = {"stack", 0, "metrics on top of each other"},
    [TARGET_ENVELOPE] = {"envelope", 0, "the range from minimum to maximum"},
    [TARGET_P95] = {"p95", 0, "a line at the 95th percentile"},
    [TARGET_FORECAST] = {"forecast", 0,
			 "what is expected to come, and its 80 % band"},
    [TARGET_NOTES] = {"notes", 0, "marks of alerts, annotations, heals, chaos"},
    [TARGET_NOLEGEND] = {"nolegend", 0, "no legend"},
};

static const char *const exts[TARGET_EXT__MAX] = {
    [TARGET_PNG] = "png",
    [TARGET_SVG] = "svg",
    [TARGET_JSON] = "json",
    [TARGET_CSV] = "csv",
};

const char *
target_ext_name(enum target_ext ext)
{
	return (unsigned)ext < TARGET_EXT__MAX ? exts[ext] : "";
}

/* WIDTHxHEIGHT without leading zeros. */
static bool
take_size(const char *text, size_t len, unsigned *width, unsigned *height)
{
	const char *x = memchr(text, 'x', len);
	uint64_t w, h;
	size_t n;

	if (x == NULL || len == 0 || text[0] == '0')
		return false;
	n = (size_t)(x - text);
	if (x + 1 == text + len || x[1] == '0' || n > 4 || len - n > 5)
		return false;
	if (!number_u64(text, n, &w) || !number_u64(x + 1, len - n - 1, &h))
		return false;
	*width = (unsigned)w;
	*height = (unsigned)h;
	return true;
}

static int
find_word(const char *text, size_t len)
{
	for (int i = TARGET_SIZED + 1; i < TARGET_OPTION__MAX; i++)
		if (strlen(target_words[i].word) == len &&
		    memcmp(target_words[i].word, text, len) == 0)
			return i;
	return -1;
}

static int
unknown_option(const char *text, size_t len, struct err *err)
{
	const char *words[TARGET_OPTION__MAX];
	char word[32];
	const char *near;

	for (int i = 0; i < TARGET_OPTION__MAX; i++)
		words[i] = target_words[i].word;
	(void)snprintf(word, sizeof(word), "%.*s", (int)(len < 31 ? len : 31),
		       text);
	if (word[0] >= '0' && word[0] <= '9' && strchr(word, 'x') != NULL)
		return err_set(err, ERR_INVALID,
			       "size \"%s\" is not WIDTHxHEIGHT, %s", word,
			       target_words[TARGET_SIZED].help);
	near = opt_nearest(word, words, TARGET_OPTION__MAX);
	if (near != NULL)
		return err_set(
		    err, ERR_INVALID,
		    "option \"%s\" is not known; did you mean \"%s\"?", word,
		    near);
	return err_set(err, ERR_INVALID, "option \"%s\" is not known", word);
}

static int
add_option(struct target *t, const char *text, size_t len, struct err *err)
{
	int i = find_word(text, len);

	if (i < 0 && take_size(text, len, &t->width, &t->height))
		i = TARGET_SIZED;
	if (i < 0)
		return unknown_option(text, len, err);
	if (t->options & TARGET_BIT(i))
		return err_set(err, ERR_INVALID, "option \"%s\" is given twice",
			       target_words[i].word);
	if (t->options & target_words[i].excludes)
		return err_set(err, ERR_INVALID,
			       "option \"%s\" contradicts another",
			       target_words[i].word);
	t->options |= TARGET_BIT(i);
	return 0;
}

static int
check_size(const struct target *t, struct err *err)
{
	unsigned scale = t->options & TARGET_BIT(TARGET_2X) ? 2 : 1;

	if (t->width < TARGET_WIDTH_MIN || t->width > TARGET_WIDTH_MAX ||
	    t->height < TARGET_HEIGHT_MIN || t->height > TARGET_HEIGHT_MAX)
		return err_set(err, ERR_INVALID,
			       "size %ux%u is not within %dx%d and %dx%d",
			       t->width, t->height, TARGET_WIDTH_MIN,
			       TARGET_HEIGHT_MIN, TARGET_WIDTH_MAX,
			       TARGET_HEIGHT_MAX);
	if (t->width * t->height * scale * scale > PIXELS_MAX)
		return err_set(err, ERR_INVALID,
			       "size %ux%u%s has over 4 megapixels", t->width,
			       t->height, scale == 2 ? " at 2x" : "");
	return 0;
}

/* Cuts ".png" and its like off the last segment. */
static int
take_ext(struct target *t, const char *last, size_t *len, struct err *err)
{
	const char *dot = strrchr(last, '.');

	for (int i = 0; dot != NULL && i < TARGET_EXT__MAX; i++) {
		if (strcmp(dot + 1, exts[i]) != 0)
			continue;
		t->ext = (enum target_ext)i;
		*len = (size_t)(dot - last);
		return 0;
	}
	return err_set(err, ERR_INVALID,
		       "the address does not end in .png, .svg, .json or .csv");
}

/* RANGE[,OPTION…]; range_text gets the range, which may be replaced later. */
static int
take_last(struct target *t, const char *text, size_t len, const char **range,
	  size_t *range_len, struct err *err)
{
	const char *comma = memchr(text, ',', len);

	*range = text;
	*range_len = comma != NULL ? (size_t)(comma - text) : len;
	while (comma != NULL) {
		const char *word = comma + 1;
		size_t left = len - (size_t)(word - text), n;

		comma = memchr(word, ',', left);
		n = comma != NULL ? (size_t)(comma - word) : left;
		if (add_option(t, word, n, err) != 0)
			return -1;
	}
	return 0;
}

static int
take_hosts(struct target *t, const char *cluster, const char *hosts,
	   const struct path *leaf, struct err *err)
{
	if (!slug_valid(cluster, strlen(cluster)))
		return err_set(err, ERR_INVALID,
			       "cluster \"%.60s\" is not a valid name",
			       cluster);
	for (;;) {
		size_t n = strcspn(hosts, ",");
		struct path *p = &t->paths[t->n_hosts];

		if (!slug_valid(hosts, n))
			return err_set(err, ERR_INVALID,
				       "host \"%.*s\" is not a valid name",
				       (int)(n < 60 ? n : 60), hosts);
		if (t->n_hosts == TARGET_HOSTS_MAX)
			return err_set(err, ERR_INVALID,
				       "over %d hosts in one picture",
				       TARGET_HOSTS_MAX);
		memcpy(p->cluster, cluster, strlen(cluster) + 1);
		memcpy(p->family, leaf->family, sizeof(p->family));
		memcpy(p->instance, leaf->instance, sizeof(p->instance));
		memcpy(p->host, hosts, n);
		p->host[n] = '\0';
		for (size_t i = 0; i < t->n_hosts; i++)
			if (strcmp(t->paths[i].host, p->host) == 0)
				return err_set(err, ERR_INVALID,
					       "host \"%.60s\" is given twice",
					       p->host);
		t->n_hosts++;
		if (hosts[n] == '\0')
			return 0;
		hosts += n + 1;
	}
}

/* The query alias: options by name, size=, theme=, range=, from= and to=. */
struct alias {
	const char *range, *from, *to;
	char both[160];
};

static int
alias_once(const char **slot, const struct uri_pair *p, struct err *err)
{
	if (*slot != NULL)
		return err_set(err, ERR_INVALID,
			       "parameter \"%s\" is given twice", p->name);
	*slot = p->value;
	return 0;
}

static int
take_pair(struct target *t, struct alias *a, const struct uri_pair *p,
	  struct err *err)
{
	static const char *const on[] = {"", "1", "true"};

	if (strcmp(p->name, "range") == 0)
		return alias_once(&a->range, p, err);
	if (strcmp(p->name, "from") == 0)
		return alias_once(&a->from, p, err);
	if (strcmp(p->name, "to") == 0)
		return alias_once(&a->to, p, err);
	if (strcmp(p->name, "size") == 0) {
		unsigned w, h;

		if (!take_size(p->value, strlen(p->value), &w, &h))
			return err_set(err, ERR_INVALID,
				       "size \"%.20s\" is not WIDTHxHEIGHT",
				       p->value);
		return add_option(t, p->value, strlen(p->value), err);
	}
	if (strcmp(p->name, "theme") == 0 &&
	    (strcmp(p->value, "dark") == 0 || strcmp(p->value, "light") == 0))
		return add_option(t, p->value, strlen(p->value), err);
	if (find_word(p->name, strlen(p->name)) < 0)
		return err_set(err, ERR_INVALID,
			       "parameter \"%.40s\" is not known", p->name);
	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
		if (strcmp(on[i], p->value) == 0)
			return add_option(t, p->name, strlen(p->name), err);
	return err_set(err, ERR_INVALID, "%s \"%.20s\" is not 1", p->name,
		       p->value);
}

static int
take_query(struct target *t, const struct uri *uri, const char **range,
	   size_t *len, struct alias *a, struct err *err)
{
	for (size_t i = 0; i < uri->n_query; i++)
		if (take_pair(t, a, &uri->query[i], err) != 0)
			return -1;
	if (a->range != NULL && (a->from != NULL || a->to != NULL))
		return err_set(err, ERR_INVALID,
			       "range stands beside from or to");
	if (a->from == NULL && a->to != NULL)
		return err_set(err, ERR_INVALID, "to stands without from");
	if (a->range != NULL)
		(void)snprintf(a->both, sizeof(a->both), "%.150s", a->range);
	else if (a->from != NULL)
		(void)snprintf(a->both, sizeof(a->both), "%.70s~%.70s", a->from,
			       a->to != NULL ? a->to : "now");
	else
		return 0;
	*range = a->both;
	*len = strlen(a->both);
	return 0;
}

static void
write_url(struct target *t)
{
	char leaf[PATH_SIZE];
	struct buf b;

	buf_init(&b, TARGET_SIZE - 1);
	buf_fmt(&b, "/g/%s/", t->paths[0].cluster);
	for (size_t i = 0; i < t->n_hosts; i++)
		buf_fmt(&b, "%s%s", i > 0 ? "," : "", t->paths[i].host);
	(void)snprintf(leaf, sizeof(leaf), "%s%s%s", t->paths[0].family,
		       t->paths[0].instance[0] != '\0' ? "." : "",
		       t->paths[0].instance);
	buf_fmt(&b, "/%s/%s", leaf, t->range.canonical);
	if (t->options & TARGET_BIT(TARGET_SIZED))
		buf_fmt(&b, ",%ux%u", t->width, t->height);
	for (int i = TARGET_SIZED + 1; i < TARGET_OPTION__MAX; i++)
		if (t->options & TARGET_BIT(i))
			buf_fmt(&b, ",%s", target_words[i].word);
	buf_fmt(&b, ".%s", exts[t->ext]);
	memcpy(t->url, b.data, b.len + 1);
	buf_done(&b);
}

/* Whether the request's decoded path is the canonical address. */
static bool
is_canonical(const struct target *t, const struct uri *uri)
{
	const char *p = t->url;

	if (uri->has_query || uri->slash)
		return false;
	for (size_t i = 0; i < uri->n_segments; i++) {
		size_t n = strlen(uri->segments[i]);

		if (*p++ != '/' || strncmp(p, uri->segments[i], n) != 0)
			return false;
		p += n;
	}
	return *p == '\0';
}

int
target_parse(const struct uri *uri, int64_t now_s, struct target *t,
	     struct err *err)
{
	struct alias alias = {0};
	struct path leaf;
	const char *last, *range;
	size_t len = 0, range_len = 0;

	if (uri->n_segments != 5)
		return err_set(err, ERR_NOT_FOUND,
			       "a picture is /g/CLUSTER/HOST/FAMILY/RANGE.png");
	/* the large members are filled where they are used */
	t->n_hosts = 0;
	t->options = 0;
	t->width = TARGET_WIDTH;
	t->height = TARGET_HEIGHT;
	last = uri->segments[4];
	if (take_ext(t, last, &len, err) != 0 ||
	    path_parse_leaf(uri->segments[3], strlen(uri->segments[3]), &leaf,
			    err) != 0 ||
	    take_hosts(t, uri->segments[1], uri->segments[2], &leaf, err) !=
		0 ||
	    take_last(t, last, len, &range, &range_len, err) != 0 ||
	    take_query(t, uri, &range, &range_len, &alias, err) != 0 ||
	    check_size(t, err) != 0)
		return -1;
	if (when_range_parse(range, range_len, now_s, &t->range, err) != 0)
		return -1;
	write_url(t);
	t->canonical = is_canonical(t, uri);
	return 0;
}

void
target_filename(const struct target *t, char out[160])
{
	(void)snprintf(out, 160, "%.50s-%.40s%s%.30s-%.24s.%s",
		       t->paths[0].host, t->paths[0].family,
		       t->paths[0].instance[0] != '\0' ? "." : "",
		       t->paths[0].instance, t->range.canonical, exts[t->ext]);
	for (char *c = out; *c != '\0'; c++)
		if (strchr(":~=\"\\/", *c) != NULL)
			*c = '_';
}

void
target_guess(const char *raw, unsigned *width, unsigned *height, bool *dark)
{
	size_t left = strcspn(raw, "?");
	const char *comma;
	unsigned w, h;

	*width = TARGET_WIDTH;
	*height = TARGET_HEIGHT;
	*dark = false;
	while ((comma = memchr(raw, ',', left)) != NULL) {
		size_t n;

		left -= (size_t)(comma + 1 - raw);
		raw = comma + 1;
		n = strcspn(raw, ",.?");
		if (n == 4 && memcmp(raw, "dark", 4) == 0)
			*dark = true;
		if (take_size(raw, n < left ? n : left, &w, &h) &&
		    w <= TARGET_WIDTH_MAX && h <= TARGET_HEIGHT_MAX) {
			*width = w;
			*height = h;
		}
	}
}
