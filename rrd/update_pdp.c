/* SPDX-License-Identifier: MIT */
/*
 * Samples to steps: reads the arguments, turns readings into rates by the
 * kind of their source, and spreads them over the file's steps ("primary data
 * points" to librrd).  See update.h.  Pure.
 */
#include <math.h>
#include <string.h>

#include "core/number.h"
#include "rrd/rrdhead.h"
#include "rrd/update_impl.h"

#define EXACT_DIGITS  15  /* so many always fit a double */
#define DIGITS_MAX    40  /* more is not what Robin writes */
#define EXPONENT_MAX  300 /* beyond it librrd may refuse */
#define TIME_DIGITS   12
#define EXACT_INTEGER (UINT64_C(1) << 53)

static const char *const kind_names[UPDATE_KIND__MAX] = {
    [UPDATE_GAUGE] = "GAUGE",
    [UPDATE_ABSOLUTE] = "ABSOLUTE",
    [UPDATE_DERIVE] = "DERIVE",
    [UPDATE_DDERIVE] = "DDERIVE",
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* number * 10^exponent, rounded where librrd rounds. */
static double
scale(double number, int exponent)
{
	double power = 10;

	for (int n = exponent < 0 ? -exponent : exponent; n > 0; n >>= 1) {
		if (n & 1)
			number = exponent < 0 ? number / power : number * power;
		power *= power;
	}
	return number;
}

/* Digits at *p, at most DIGITS_MAX with those before; moves *p on. */
static double
take_digits(const char **p, double number, int *n_digits)
{
	if (*n_digits < EXACT_DIGITS) {
		uint64_t whole = (uint64_t)number;

		for (; is_digit(**p) && *n_digits < EXACT_DIGITS; ++*n_digits)
			whole = whole * 10 + (uint64_t)(*(*p)++ - '0');
		number = (double)whole;
	}
	for (; is_digit(**p) && *n_digits < DIGITS_MAX; ++*n_digits)
		number = number * 10. + (*(*p)++ - '0');
	return number;
}

/*
 * The number at *text as librrd reads it, which is not always the nearest
 * double.  False when it is not plain.
 */
static bool
take_number(const char **text, double *out)
{
	const char *p = *text, *dot;
	bool minus = *p == '-';
	int n_digits = 0, exponent = 0;
	double x;

	p += minus;
	x = take_digits(&p, 0, &n_digits);
	if (n_digits == 0)
		return false;
	if (*p == '.') {
		dot = ++p;
		x = take_digits(&p, x, &n_digits);
		exponent = (int)(dot - p);
	}
	if (minus)
		x = -x;
	if (*p == 'e' || *p == 'E') {
		bool down = p[1] == '-';
		int power = 0;

		p += 1 + (p[1] == '-' || p[1] == '+');
		if (!is_digit(*p))
			return false;
		while (is_digit(*p) && power <= EXPONENT_MAX)
			power = power * 10 + (*p++ - '0');
		exponent += down ? -power : power;
	}
	if (exponent < -EXPONENT_MAX || exponent > EXPONENT_MAX)
		return false;
	*out = scale(x, exponent);
	*text = p;
	return isfinite(*out);
}

/* A reading up to a ':' or the end; false when it is not plain. */
static bool
take_reading(const char **text, enum update_kind kind, struct update_reading *r)
{
	const char *p = *text;

	*r = (struct update_reading){.text = p};
	if (*p == 'U')
		p++;
	else if (kind == UPDATE_DERIVE) {
		while (is_digit(*p))
			p++;
		r->known = true;
		if (!number_u64(r->text, (size_t)(p - r->text), &r->whole))
			return false;
	} else {
		r->known = true;
		if (!take_number(&p, &r->number))
			return false;
	}
	r->len = (size_t)(p - r->text);
	*text = p;
	/* what the file cannot keep whole, it reads back as something else */
	return (*p == ':' || *p == '\0') && r->len < LAST_DS_LEN;
}

static bool
bind_ds(struct update_ds *d, const ds_def_t *def, pdp_prep_t *prep)
{
	const char *text = prep->last_ds;
	int kind = 0;

	while (kind < UPDATE_KIND__MAX &&
	       strncmp(def->dst, kind_names[kind], DST_SIZE) != 0)
		kind++;
	if (kind == UPDATE_KIND__MAX || memchr(text, '\0', LAST_DS_LEN) == NULL)
		return false;
	*d = (struct update_ds){
	    .kind = (enum update_kind)kind,
	    .heartbeat_s = (double)def->par[DS_mrhb_cnt].u_cnt,
	    .min = def->par[DS_min_val].u_val,
	    .max = def->par[DS_max_val].u_val,
	    .scratch = prep->scratch,
	    .last_ds = prep->last_ds,
	};
	if (kind == UPDATE_GAUGE || kind == UPDATE_ABSOLUTE || *text == 'U')
		return true; /* of no consequence */
	if (!take_reading(&text, d->kind, &d->last) || *text != '\0')
		return false;
	d->last.text = NULL; /* the file has it */
	return true;
}

bool
update_bind(struct update *u, struct rrdhead *h)
{
	unsigned char *p = h->bytes;
	const ds_def_t *ds =
	    (const ds_def_t *)(void *)(p + sizeof(stat_head_t));
	unsigned char *live = p + h->volatile_at;
	pdp_prep_t *prep = (pdp_prep_t *)(void *)(live + sizeof(live_head_t));

	u->n_ds = h->n_ds;
	u->n_rra = h->n_rra;
	u->step_s = h->step_s;
	u->rows_at = h->volatile_at + h->volatile_bytes;
	u->rra = (const rra_def_t *)(const void *)(ds + h->n_ds);
	u->live = (live_head_t *)(void *)live;
	u->cdp = (cdp_prep_t *)(void *)(prep + h->n_ds);
	u->ptr = (rra_ptr_t *)(void *)(u->cdp + h->n_ds * h->n_rra);
	u->nan = DNAN;
	u->n_steps = 0;
	if (u->live->last_up_usec != 0)
		return false;
	for (size_t i = 0; i < u->n_ds; i++)
		if (!bind_ds(&u->ds[i], &ds[i], &prep[i]))
			return false;
	return true;
}

/* new - old of two counters, rounded as librrd does, digit by digit. */
static double
difference(uint64_t new, uint64_t old)
{
	uint64_t n = new >= old ? new - old : old - new, unit = 1;
	double x = (double)n;

	if (n >= EXACT_INTEGER) {
		while (n / unit >= 10)
			unit *= 10;
		for (x = 0; unit > 0; unit /= 10)
			x = x * 10. + (double)(n / unit % 10);
	}
	return new >= old ? x : -x;
}

/* What a reading adds over the interval: rate times seconds; NaN: unknown. */
static double
amount_of(const struct update_ds *d, const struct update_reading *r,
	  double interval)
{
	bool late = d->heartbeat_s < interval;
	double amount, rate;

	if (!r->known || late)
		return NAN;
	switch (d->kind) {
	case UPDATE_GAUGE:
		amount = r->number * interval;
		rate = r->number;
		break;
	case UPDATE_ABSOLUTE:
		amount = r->number;
		rate = amount / interval;
		break;
	case UPDATE_DERIVE:
		if (!d->last.known)
			return NAN;
		amount = difference(r->whole, d->last.whole);
		rate = amount / interval;
		break;
	default:
		if (!d->last.known)
			return NAN;
		amount = r->number - d->last.number;
		rate = amount / interval;
		break;
	}
	/* (a NaN limit is none, and compares false) */
	return rate > d->max || rate < d->min ? NAN : amount;
}

/* No step ended: the amount waits. */
static void
add_amount(struct update_ds *d, double amount, double interval)
{
	if (isnan(amount))
		d->scratch[PDP_unkn_sec_cnt].u_cnt =
		    (unsigned long)((double)d->scratch[PDP_unkn_sec_cnt].u_cnt +
				    floor(interval));
	else if (isnan(d->scratch[PDP_val].u_val))
		d->scratch[PDP_val].u_val = amount;
	else
		d->scratch[PDP_val].u_val += amount;
}

/*
 * n steps ended, pre seconds into the interval, post before its end: their
 * rate, and what is left for the next one.
 */
static double
end_steps(const struct update *u, struct update_ds *d, double amount,
	  double interval, double pre, double post, uint64_t n)
{
	uint64_t *unknown_s = &d->scratch[PDP_unkn_sec_cnt].u_cnt;
	double *sum = &d->scratch[PDP_val].u_val;
	double pre_unknown = 0, rate;

	if (isnan(amount))
		pre_unknown = pre;
	else {
		if (isnan(*sum))
			*sum = 0;
		*sum += amount / interval * pre;
	}
	if (interval > d->heartbeat_s ||
	    (double)u->step_s / 2.0 < (int)*unknown_s)
		rate = u->nan;
	else
		rate =
		    *sum / ((double)(n * u->step_s - *unknown_s) - pre_unknown);
	*unknown_s = isnan(amount) ? (uint64_t)floor(post) : 0;
	*sum = isnan(amount) ? u->nan : amount / interval * post;
	return rate;
}

static void
end_all(struct update *u, const double *amounts, double interval, double pre,
	double post, uint64_t n, uint64_t before)
{
	double *rates = u->rates + u->n_steps * u->n_ds;

	for (size_t i = 0; i < u->n_ds; i++)
		rates[i] =
		    end_steps(u, &u->ds[i], amounts[i], interval, pre, post, n);
	u->steps[u->n_steps++] = (struct update_step){n, before};
}

/* The amounts of an interval that ends at t_s go into the steps. */
static void
spread(struct update *u, int64_t t_s, double *amounts, double interval)
{
	uint64_t last = (uint64_t)u->live->last_up, t = (uint64_t)t_s;
	uint64_t from = last - last % u->step_s, to = t - t % u->step_s;
	uint64_t n = (to - from) / u->step_s, before = from / u->step_s;
	double pre = (double)((int64_t)to - (int64_t)last);
	double post = (double)(t % u->step_s);
	uint64_t open = n > 1 ? (uint64_t)pre % u->step_s : 0;

	if (n == 0) {
		for (size_t i = 0; i < u->n_ds; i++)
			add_amount(&u->ds[i], amounts[i], interval);
		return;
	}
	/* of several, the step that was under way has a rate of its own */
	if (open > 0) {
		double part[FAMILY_METRICS_MAX], s = (double)open;

		for (size_t i = 0; i < u->n_ds; i++) {
			part[i] = u->nan;
			if (isnan(amounts[i]) || !(interval > 0))
				continue;
			part[i] = amounts[i] * s / interval;
			amounts[i] -= part[i];
		}
		end_all(u, part, s, s, 0.0, 1, before);
		interval -= s;
		pre -= s;
		n--;
		before++;
	}
	end_all(u, amounts, interval, pre, post, n, before);
}

/* "TIME:"; false when it is not plain. */
static bool
take_time(const char **text, int64_t *out)
{
	const char *p = *text;
	int64_t t = 0;

	while (is_digit(*p) && p - *text < TIME_DIGITS)
		t = t * 10 + (*p++ - '0');
	if (p == *text || *p != ':')
		return false;
	*text = p + 1;
	*out = t;
	return true;
}

bool
update_sample(struct update *u, const char *arg)
{
	struct update_reading now[FAMILY_METRICS_MAX];
	double amounts[FAMILY_METRICS_MAX], interval;
	int64_t t_s;

	if (!take_time(&arg, &t_s))
		return false;
	for (size_t i = 0; i < u->n_ds; i++) {
		if (!take_reading(&arg, u->ds[i].kind, &now[i]) ||
		    (*arg == ':') != (i + 1 < u->n_ds))
			return false;
		arg++;
	}
	if (t_s <= u->live->last_up)
		return true; /* skipped */
	interval = (double)(t_s - u->live->last_up);
	for (size_t i = 0; i < u->n_ds; i++) {
		amounts[i] = amount_of(&u->ds[i], &now[i], interval);
		u->ds[i].last = now[i];
	}
	spread(u, t_s, amounts, interval);
	u->live->last_up = t_s;
	return true;
}

void
update_seal(struct update *u)
{
	for (size_t i = 0; i < u->n_ds; i++) {
		const struct update_reading *r = &u->ds[i].last;

		if (r->text == NULL)
			continue; /* every sample was skipped */
		memset(u->ds[i].last_ds, 0, LAST_DS_LEN);
		memcpy(u->ds[i].last_ds, r->text, r->len);
	}
}
