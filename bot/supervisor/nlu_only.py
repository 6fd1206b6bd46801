"""`lachan run --only nlu`: the NLU processes of this machine, kept alive."""

from bot.supervisor.children import stop_all
from bot.supervisor.faults import CannotStart
from bot.supervisor.machine import alone_in, check_ports
from bot.supervisor.nlu_children import nlu_children, places_alone
from bot.supervisor.nlu_setup import model_path
from bot.supervisor.progress import step
from bot.supervisor.readiness import wait_until
from bot.supervisor.reload import FOLDER, Reloader
from bot.supervisor.run import supervise
from bot.supervisor.signals import heed
from store.settings import Settings


def run_nlu(settings: Settings) -> None:
    """Until a signal; raises CannotStart, or Stopped during the start."""
    stop, reload = heed()
    model = model_path()
    if not model.exists():
        raise CannotStart("Chưa có mô hình cho dữ liệu hiện tại. Chạy: python -m nlu.train")
    places = places_alone(settings)
    folder = settings.data_dir / FOLDER
    with alone_in(folder):
        check_ports(("LACHAN_NLU_URL", host, port) for host, port in places)
        children = nlu_children(settings, str(model), places)
        reloader = Reloader(children, folder, reload)
        try:
            for child in children:
                child.start()
            with step("khởi động NLU"):
                wait_until(lambda: all(one.answers(1) for one in children), children, stop)
            supervise(children, None, stop, reloader)
        finally:
            reloader.close()
            stop_all(children)
