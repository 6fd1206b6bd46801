"""Updates as Telegram sends them when people do something."""

from dataclasses import dataclass, field
from typing import Any

Update = dict[str, Any]


@dataclass
class People:
    """Counts updates, messages and presses; `presses` are those that can be acknowledged."""

    next_update: int = 5_000
    presses: set[str] = field(default_factory=set)

    def update(self, **event: Any) -> Update:
        self.next_update += 1
        return {"update_id": self.next_update, **event}

    def message(self, chat_id: int, **content: Any) -> Update:
        """A message by chat id; negative ids are supergroups, where user 42 writes."""
        writer = chat_id if chat_id > 0 else 42
        return {
            "message_id": self.next_update,
            "date": 1_790_000_000,
            "chat": self.chat(chat_id),
            "from": self.user(writer),
            **content,
        }

    def chat(self, chat_id: int) -> Update:
        if chat_id > 0:
            return {"id": chat_id, "type": "private", "first_name": "Nguyễn", "username": "ng_thi"}
        return {"id": chat_id, "type": "supergroup", "title": "Xóm trọ"}

    def user(self, number: int) -> Update:
        return {
            "id": number,
            "is_bot": False,
            "first_name": "Nguyễn",
            "last_name": "Thị Kín",
            "username": "ng_thi",
            "language_code": "vi",
        }

    def says(self, chat_id: int, text: str, **more: Any) -> Update:
        return self.update(message=self.message(chat_id, text=text, **more))

    def sends(self, chat_id: int, **content: Any) -> Update:
        """Anything but text: `photo=[…]`, `location={…}`, with `caption=`."""
        return self.update(message=self.message(chat_id, **content))

    def edits(self, chat_id: int, **content: Any) -> Update:
        return self.update(edited_message=self.message(chat_id, edit_date=1_790_000_100, **content))

    def forwards(self, chat_id: int, **content: Any) -> Update:
        origin = {"type": "hidden_user", "sender_user_name": "Kẻ Lạ", "date": 1_780_000_000}
        return self.update(message=self.message(chat_id, forward_origin=origin, **content))

    def presses_button(self, chat_id: int, data: str) -> Update:
        number = str(4_000_000_000_000 + self.next_update)
        self.presses.add(number)
        message = self.message(chat_id, text="…", **{"from": {"id": 700700, "is_bot": True}})
        message["from"]["first_name"] = "Lá Chắn"
        return self.update(
            callback_query={
                "id": number,
                "from": self.user(chat_id if chat_id > 0 else 42),
                "chat_instance": "1",
                "message": message,
                "data": data,
            }
        )

    def membership(self, chat_id: int, status: str) -> Update:
        """The bot became `kicked` (blocked), `member` (unblocked), `left` … in a chat."""
        bot = {"id": 700700, "is_bot": True, "first_name": "Lá Chắn"}
        new: Update = {"status": status, "user": bot}
        if status == "kicked":
            new["until_date"] = 0
        return self.update(
            my_chat_member={
                "chat": self.chat(chat_id),
                "from": self.user(42),
                "date": 1_790_000_000,
                "old_chat_member": {"status": "member", "user": bot},
                "new_chat_member": new,
            }
        )
