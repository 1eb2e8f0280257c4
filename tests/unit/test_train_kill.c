// SPDX-License-Identifier: MIT
// Killed at any moment and resumed, twenty times over: the same final bits as never having been
// stopped.
#include <signal.h>
#include <sys/wait.h>

#include "base/os.h"
#include "unit/training.h"

enum { KILLS = 20, EPOCHS = 8 };

static training_wish wish_of(int threads) {
    training_wish wish = training_usual();
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.learning_rate = 0.01;
    wish.options.epochs = EPOCHS;
    wish.options.augmentation.flip = 1;
    wish.validate = false;
    wish.threads = threads;
    return wish;
}

typedef struct {
    fovea_trainer *trainer;
    const char *path;
} saver;

static int save_each_step(void *user, const fovea_progress *progress) {
    (void)progress;
    const saver *s = user;
    return fovea_trainer_save(s->trainer, s->path, NULL) == FOVEA_OK;
}

// The child: goes on from the checkpoint, when there is one, and saves after each step. Exit 0: all
// epochs done.
static void train_and_exit(const char *path) {
    training t;
    fovea_epoch epoch;
    training_wish wish = wish_of(2);
    fovea_status status = FOVEA_OK;
    if (!training_open(&wish, &t)) _exit(2);
    saver s = {t.trainer, path};
    if (access(path, F_OK) == 0) status = fovea_trainer_load(t.trainer, path, NULL);
    fovea_trainer_on_progress(t.trainer, save_each_step, &s);
    while (status == FOVEA_OK && !fovea_trainer_done(t.trainer))
        status = fovea_trainer_epoch(t.trainer, &epoch, NULL);
    if (status == FOVEA_OK) status = fovea_trainer_save(t.trainer, path, NULL);
    _exit(status == FOVEA_OK ? 0 : 3);
}

// Runs the child for at most so long; whether it was killed. `*took` is how long it ran.
static bool run_child(const char *path, int milliseconds, int *took) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) train_and_exit(path);
    int status;
    pid_t ended = 0;
    double started = fovea__seconds();
    do {
        usleep(500);
        ended = waitpid(child, &status, WNOHANG);
        *took = (int)(1000 * (fovea__seconds() - started));
    } while (!ended && *took < milliseconds);
    if (!ended) {
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    if (WIFSIGNALED(status)) return true;
    assert_int_equal(WEXITSTATUS(status), 0);  // a checkpoint that cannot be read would be 3
    return false;
}

static void compare_final(const training *whole, const char *path) {
    training resumed;
    fovea_error error;
    training_wish wish = wish_of(1);
    assert_true(training_open(&wish, &resumed));
    if (fovea_trainer_load(resumed.trainer, path, &error)) fail_msg("%s", error.text);
    assert_true(fovea_trainer_done(resumed.trainer));
    training_same(whole, &resumed, "after being killed");
    training_close(&resumed);
}

static void twenty_kills_change_no_bit(void **state) {
    data_place *place = *state;
    training whole;
    training_wish wish = wish_of(1);
    char path[600];
    snprintf(path, sizeof path, "%s", data_path(place, "last.safetensors"));
    // One thread here, and none of another context: children are made by fork.
    fovea_context_free(place->context);
    place->context = NULL;
    assert_true(training_open(&wish, &whole));
    training_finish(&whole);
    int kills = 0, whole_run, took;
    assert_false(run_child(path, 120000, &whole_run));
    compare_final(&whole, path);
    assert_int_equal(remove(path), 0);
    for (uint32_t i = 1; kills < KILLS || access(path, F_OK) == 0; i++) {
        assert_in_range(i, 1, 1000);
        uint32_t noise = (i * 2654435761u) ^ ((i * 2654435761u) >> 15);
        // Any moment of a run; the last child may end.
        int limit = kills < KILLS ? 1 + (int)(noise % (uint32_t)(whole_run + 2)) : 120000;
        if (run_child(path, limit, &took)) {
            kills += access(path, F_OK) == 0;  // one that came before the first step counts not
            continue;
        }
        compare_final(&whole, path);
        assert_int_equal(remove(path), 0);
    }
    training_close(&whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {training_test(twenty_kills_change_no_bit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
