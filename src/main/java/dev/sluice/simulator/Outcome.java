package dev.sluice.simulator;

/** What becomes of a task once it has run. */
enum Outcome {
    PICTURES(""),
    FAILURE("The model could not make a picture of this prompt."),
    UNSAFE("The content safety check objected to this prompt.");

    final String message;

    Outcome(String message) {
        this.message = message;
    }

    static Outcome of(SubmitRequest submit) {
        if (submit.says("unsafe")) {
            return UNSAFE;
        }
        return submit.says("fail") ? FAILURE : PICTURES;
    }
}
