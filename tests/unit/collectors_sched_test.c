/* SPDX-License-Identifier: MIT */
/* Passes over good, failing, hanging and dying collectors. */
#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>

#include "collectors/sched.h"
#include "collectors/stats.h"
#include "core/clock.h"

static const struct metric metrics[] = {
    {.name = "v", .unit = "1", .help = "v", .min = 0, .max = 1e9}};
static const struct family family = {
    .name = "fake",
    .n_metrics = 1,
    .metrics = metrics,
    .step_s = 10,
    .heartbeat_s = 120,
};
static const struct family *const families[] = {&family, NULL};

static bool
always(const char *root)
{
	return true;
}

static bool
never(const char *root)
{
	return false;
}

static int
put(struct sample_sink *sink, const char *instance, struct err *err)
{
	struct sample s;

	sample_init(&s, &family);
	(void)snprintf(s.instance, sizeof(s.instance), "%s", instance);
	s.values[0] = VALUE_OF_U(1);
	return sink->put(sink, &s, err);
}

static int
good(const char *root, struct sample_sink *sink, struct err *err)
{
	return put(sink, "good", err);
}

static int
bad(const char *root, struct sample_sink *sink, struct err *err)
{
	assert_int_equal(put(sink, "half", err), 0);
	return err_set(err, ERR_INVALID, "no sense in it");
}

static int
hangs(const char *root, struct sample_sink *sink, struct err *err)
{
	assert_int_equal(put(sink, "before", err), 0);
	while (pause() != 0)
		;
	return 0;
}

static int
dies(const char *root, struct sample_sink *sink, struct err *err)
{
	assert_int_equal(put(sink, "last_words", err), 0);
	(void)raise(SIGKILL);
	return 0;
}

#define FAKE(name_, fn_, blocks_, available_)                                  \
	{                                                                      \
		.name = name_, .help = name_, .families = families,            \
		.collect = fn_, .blocks = blocks_, .available = available_     \
	}

static const struct collector fake_good = FAKE("good", good, false, always);
static const struct collector fake_child = FAKE("child", good, true, always);
static const struct collector fake_bad = FAKE("bad", bad, false, always);
static const struct collector fake_bad_child = FAKE("badc", bad, true, always);
static const struct collector fake_hangs = FAKE("hangs", hangs, true, always);
static const struct collector fake_dies = FAKE("dies", dies, true, always);
static const struct collector fake_absent = FAKE("absent", bad, false, never);

/* What a test sees of a pass. */
struct view {
	char stored[256];
	size_t n_stores, n_reports;
	bool refuse;
	enum err_code said;
};

static int
note(const struct sample *s, void *arg)
{
	struct view *v = arg;
	size_t len = strlen(v->stored);

	(void)snprintf(v->stored + len, sizeof(v->stored) - len, "%s ",
		       s->instance);
	return 0;
}

static int
store(struct batch *b, void *arg)
{
	struct view *v = arg;

	v->n_stores++;
	if (v->refuse)
		return -1;
	v->stored[0] = '\0';
	return batch_each(b, note, v);
}

static void
report(const struct job *j, const struct err *err, void *arg)
{
	struct view *v = arg;

	v->n_reports++;
	v->said = err != NULL ? err->code : ERR_NONE;
}

static void
begin(struct sched *s, struct plan *p, struct job *job,
      const struct collector *c, struct view *v)
{
	*v = (struct view){0};
	*job = (struct job){
	    .collector = c, .step_s = 1, .timeout_s = 1, .slot = -1};
	*p = (struct plan){.n_jobs = 1, .jobs = job};
	*s = (struct sched){
	    .plan = p, .root = "/", .store = store, .report = report, .arg = v};
	sched_init(s);
}

/* A lock ends with its owner, also while a child of it still hangs. */
static void
test_children_do_not_hold_locks(void **state)
{
	char folder[64], name[128];
	struct child ch = {0};
	struct pollfd p;
	struct err err;
	int fd;

	make_tmp(folder);
	(void)snprintf(name, sizeof(name), "%s/lock", folder);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	child_private(fd);
	assert_int_equal(child_start(&ch, &fake_hangs, "/", 1,
				     clock_boot_ms() + 60000, &err),
			 0);
	/* its first sample tells that it is at work */
	p = (struct pollfd){.fd = ch.fd - 1, .events = POLLIN};
	assert_int_equal(poll(&p, 1, 60000), 1);
	(void)close(fd);
	fd = open(name, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_true(child_busy(&ch));
	child_done(&ch);
	(void)close(fd);
	rm_tree(folder);
}

static void
once(const struct collector *c, int failed, const char *stored,
     enum err_code said)
{
	struct sched s;
	struct plan p;
	struct job job;
	struct view v;

	begin(&s, &p, &job, c, &v);
	assert_int_equal(sched_once(&s), failed);
	assert_string_equal(v.stored, stored);
	assert_int_equal(v.said, said);
	assert_int_equal(v.n_reports, said != ERR_NONE);
	sched_done(&s);
}

static void
test_once(void **state)
{
	once(&fake_good, 0, "good ", ERR_NONE);
	once(&fake_child, 0, "good ", ERR_NONE);
	once(&fake_absent, 0, "", ERR_NONE);
	/* what was put before the failure counts */
	once(&fake_bad, 1, "half ", ERR_INVALID);
	once(&fake_bad_child, 1, "half ", ERR_INVALID);
	once(&fake_hangs, 1, "before ", ERR_TIMEOUT);
	once(&fake_dies, 1, "last_words ", ERR_INTERNAL);
}

static void
test_store_fails(void **state)
{
	struct sched s;
	struct plan p;
	struct job job;
	struct view v;

	begin(&s, &p, &job, &fake_good, &v);
	v.refuse = true;
	assert_int_equal(sched_once(&s), -1);
	assert_int_equal(sched_once(&s), -1);
	/* nothing is lost meanwhile */
	v.refuse = false;
	assert_int_equal(sched_once(&s), 0);
	assert_string_equal(v.stored, "good good good ");
	assert_int_equal(s.batch.n, 0);
	/* but it does not grow without end */
	v.refuse = true;
	collect_stats.refused = 0;
	for (int i = 0; i < 20000; i++)
		assert_int_equal(sched_once(&s), -1);
	assert_true(collect_stats.refused > 0);
	assert_true(s.batch.bytes.len <= BATCH_MAX_BYTES);
	sched_done(&s);
}

static void
test_reports_changes_only(void **state)
{
	struct sched s;
	struct plan p;
	struct job job;
	struct view v;

	begin(&s, &p, &job, &fake_bad, &v);
	for (int i = 0; i < 3; i++)
		assert_int_equal(sched_once(&s), 1);
	assert_int_equal(v.n_reports, 1);
	job.collector = &fake_good;
	assert_int_equal(sched_once(&s), 0);
	assert_int_equal(v.n_reports, 2);
	assert_int_equal(v.said, ERR_NONE);
	sched_done(&s);
}

/* A hanging collector leaves the others their seconds, and SIGTERM ends all. */
static void
test_run(void **state)
{
	struct job jobs[2];
	struct sched s;
	struct plan p;
	struct view v;
	struct err err;
	sigset_t set, old;
	pid_t killer;

	begin(&s, &p, &jobs[0], &fake_hangs, &v);
	jobs[0].step_s = jobs[0].timeout_s = 60;
	jobs[1] = (struct job){
	    .collector = &fake_good, .step_s = 1, .timeout_s = 1, .slot = -1};
	p = (struct plan){.n_jobs = 2, .jobs = jobs};
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	killer = fork();
	if (killer == 0) {
		(void)usleep(2500 * 1000);
		(void)kill(getppid(), SIGTERM);
		_exit(0);
	}
	assert_int_equal(sched_run(&s, &err), 0);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	/* the pass at the start and at least one on the clock */
	assert_true(v.n_stores >= 2);
	assert_string_equal(v.stored, "good ");
	assert_true(jobs[0].child.pid > 0);
	sched_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_children_do_not_hold_locks),
	    cmocka_unit_test(test_once),
	    cmocka_unit_test(test_store_fails),
	    cmocka_unit_test(test_reports_changes_only),
	    cmocka_unit_test(test_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
