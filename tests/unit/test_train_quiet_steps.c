// SPDX-License-Identifier: MIT
// A training step asks nobody for anything: no memory, and no call of the system but the pool's
// futex. The kernel traps every other call while twenty steps run.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/threads.h"
#include "unit/failing.h"
#include "unit/training.h"

enum { STEPS = 20, NO_FILTER = 99, BAD_STEP = 98, ALLOCATED = 97 };

static atomic_int trapped;

static void on_trap(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info, (void)context;
    atomic_fetch_add(&trapped, 1);
}

// From here on every thread's calls but these are trapped and not done.
static bool trap_calls(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
    return sigaction(SIGSYS, &action, NULL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

static void meet(void *user, int64_t item, int32_t worker) {
    (void)item, (void)worker;
    atomic_int *missing = user;
    atomic_fetch_sub(missing, 1);
    while (atomic_load(missing) > 0) sched_yield();
}

// Returns once every worker has begun something: what a thread asks of the system as it starts is
// behind it then.
static void await_workers(fovea_context *context, int threads) {
    atomic_int missing = threads;
    fovea__parallel(context, threads, meet, &missing);
}

static int run_steps(training *t, failing *memory, int threads) {
    double loss;
    await_workers(t->context, threads);
    for (int s = 0; s < 3; s++)
        if (training_step(t, s, 33, &loss, NULL) != FOVEA_OK) return BAD_STEP;
    int64_t calls = memory->calls;
    if (!trap_calls()) return NO_FILTER;
    for (int s = 0; s < STEPS; s++)
        if (training_step(t, s, 33 - s, &loss, NULL) != FOVEA_OK) return BAD_STEP;
    if (memory->calls != calls) return ALLOCATED;
    int count = atomic_load(&trapped);
    return count < ALLOCATED ? count : ALLOCATED - 1;
}

// In a process of its own, for a filter stays until the end; how it ended. It leaves without
// cleaning up.
static int quiet_steps(const char *net, const char *plan, int threads, fovea_optimizer optimizer) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        failing memory = {.fail_at = 0};
        training t = {.context = failing_context(&memory, threads)};
        training_wish wish = training_usual();
        wish.net = net;
        wish.options.plan = plan;
        wish.options.batch = 33;
        wish.options.optimizer = optimizer;
        bool ready = t.context &&
                     fovea_dataset_open(t.context, "mnist:train", NULL, &t.set, NULL) == FOVEA_OK &&
                     (t.model = training_model(t.context, &wish)) &&
                     fovea_trainer_create(t.model, t.set, NULL, NULL, &wish.options, &t.trainer,
                                          NULL) == FOVEA_OK;
        _exit(ready ? run_steps(&t, &memory, threads) : BAD_STEP);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void twenty_steps_call_for_nothing(void **state) {
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    print_message("the sanitizer makes calls of its own\n");
    skip();
#endif
    static const char *const nets[] = {TRAINING_NET, "flatten, linear 700, relu, linear 10"};
    static const char *const plans[] = {"n16", "plain"};
    for (int i = 0; i < 8; i++) {
        int end = quiet_steps(nets[i & 1], plans[i >> 1 & 1], 1 + (i >> 2),
                              i & 1 ? FOVEA_OPTIMIZER_ADAM : FOVEA_OPTIMIZER_SGD);
        if (end == NO_FILTER) {
            print_message("this system cannot trap calls\n");
            skip();
        }
        if (end != 0)
            fail_msg(
                "%s, plan %s, %d threads: %d (97: memory was asked for, 98: a step failed, "
                "else calls of the system)",
                nets[i & 1], plans[i >> 1 & 1], 1 + (i >> 2), end);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {training_test(twenty_steps_call_for_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
