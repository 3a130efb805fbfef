import os
import signal
import threading

from mmgesture.engine.interrupt import (RunInterrupted, listening,
                                        remove_interrupted)


def test_first_signal_is_the_reason_and_none_kills():
    with listening() as request:
        assert not request
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGTERM)
        assert request and request.reason == 'SIGUSR1'


def test_other_threads_leave_the_handlers_alone():
    found = []

    def work():
        with listening() as request:
            found.append((request.reason, signal.getsignal(signal.SIGTERM)))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [('', before)]


def test_message_says_how_to_go_on():
    assert '--resume' in str(RunInterrupted('SIGTERM', 'x.pth'))
    assert str(RunInterrupted('SIGTERM')) == 'stopped by SIGTERM'


def test_only_checkpoints_of_interruptions_are_removed(tmp_path):
    for name in ('interrupted_iter_5.pth', 'interrupted_iter_9.pth',
                 'epoch_1.pth', 'iter_7.pth'):
        (tmp_path / name).touch()
    remove_interrupted(tmp_path, keep='interrupted_iter_9.pth')
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        'epoch_1.pth', 'interrupted_iter_9.pth', 'iter_7.pth']
