# photos.py without fine-tuning: for arms that change one value.
_base_ = ["./photos.py"]

fine_tuning = dict(_delete_=True)
