package dev.sluice.scenarios;

import java.util.function.Consumer;

/** What really goes wrong for each alert, and how it is mended. */
enum AlertTrouble {
    DOWN("SluiceDown", AlertScene::stopSluice, AlertScene::startSluice),
    UPSTREAM_DOWN("SluiceUpstreamDown", AlertScene::loseTheUpstream, AlertScene::findTheUpstream),
    BREAKER_OPEN("SluiceBreakerOpen", AlertScene::queueWhileTheUpstreamIsLost, AlertScene::findTheUpstream),
    QUEUE_WAIT("SluiceQueueWait", AlertScene::queueForLong, AlertScene::nothing),
    QUEUE_STUCK("SluiceQueueStuck", AlertScene::queueWhileTheUpstreamIsLost, AlertScene::findTheUpstream),
    KEY_REFUSED("SluiceKeyRefused", AlertScene::queueUnderAWrongKey, AlertScene::correctTheKey),
    CREDITS_RUNNING_OUT("SluiceCreditsRunningOut", AlertScene::spend, AlertScene::buyCredits),
    CREDITS_BURNT("SluiceCreditsBurnt", AlertScene::burn, AlertScene::mendTheUpstream),
    OUTCOME_UNKNOWN("SluiceOutcomeUnknown", AlertScene::loseAnAnswer, AlertScene::mendTheUpstream),
    JOURNAL_SLOW("SluiceJournalSlow", AlertScene::slowTheStoreDown, AlertScene::freeTheStore),
    JOURNAL_FAILING("SluiceJournalFailing", AlertScene::lockTheStore, AlertScene::freeTheStore),
    /** It mends itself: the other replica takes over once the lease has run out. */
    NO_POLLER("SluiceNoPoller", AlertScene::pauseTheReplicaThatPolls, AlertScene::nothing),
    WEBHOOKS_GIVEN_UP("SluiceWebhooksGivenUp", AlertScene::giveAWebhookUp, AlertScene::mendTheReceiver);

    private final String alert;
    private final Consumer<AlertScene> begin;
    private final Consumer<AlertScene> mend;

    AlertTrouble(String alert, Consumer<AlertScene> begin, Consumer<AlertScene> mend) {
        this.alert = alert;
        this.begin = begin;
        this.mend = mend;
    }

    /** The name of the alert that has to tell of it. */
    String alert() {
        return alert;
    }

    void begin(AlertScene scene) {
        begin.accept(scene);
    }

    void mend(AlertScene scene) {
        mend.accept(scene);
    }
}
